# make run        set-up and start on http://127.0.0.1:$(PORT), 8000 unless set
# make test       set-up and all tests
# make bench      benchmarks as JSON; WORKS=200000 sets the size of the corpus
# make lock       compile requirements*.in into requirements*.txt, for all platforms and with hashes
# make messages   take new texts into the catalogs in locale/

MAKEFLAGS += --no-print-directory
.PHONY: run test bench lock messages

run:
	@bin/setup
	@exec .venv/bin/python -m config.start

test:
	@bin/setup dev
	@exec .venv/bin/python -m tests.run $(GROUPS)

bench:
	@bin/setup bench
	@exec .venv/bin/python -m bench.search --works $(or $(WORKS),20000)

lock:
	@bin/setup dev
	@bin/lock

messages:
	@bin/setup
	@.venv/bin/python -m config.catalogs update
