# make run        set-up and start on http://127.0.0.1:$(PORT), 8000 unless set
# make test       set-up and all tests
# make bench      benchmarks as JSON; WORKS=200000 sets the size of the corpus
# make faults     kill processes, databases and nodes while posts are published; KILLS=500 sets how often
# make lock       compile requirements*.in into requirements*.txt, for all platforms and with hashes
# make messages   take new texts into the catalogs in locale/

MAKEFLAGS += --no-print-directory
.PHONY: run test bench faults lock messages

run:
	@bin/setup
	@exec .venv/bin/python -m config.start

test:
	@bin/setup dev
	@exec .venv/bin/python -m tests.run $(GROUPS)

bench:
	@bin/setup bench
	@exec .venv/bin/python -m bench --works $(or $(WORKS),20000) $(if $(BAKERYDEMO),--bakerydemo $(BAKERYDEMO))

faults:
	@bin/setup dev
	@.venv/bin/python -m tests.faults --kills $(or $(KILLS),100)
	@.venv/bin/python -m tests.faults.interrupted
	@.venv/bin/python -m tests.faults.restarts
	@.venv/bin/python -m tests.faults.cluster

lock:
	@bin/setup dev
	@bin/lock

messages:
	@bin/setup
	@.venv/bin/python -m config.catalogs update
