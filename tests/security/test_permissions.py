"""Who gets what at every address, by reading it and by sending an empty form; `addresses.txt` says what."""

import pytest

from .addresses import REFUSED, WHO, addresses, ask, expected, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_every_address_has_a_line():
    assert sorted(address for _method, address in expected()) == sorted(addresses())


def test_everybody_gets_what_the_table_says(people, names, unrendered):
    wrong = []
    for (method, address), row in expected().items():
        path = path_of(address, names)
        wrong += [
            f"{method} {path}: {who} gets {got}, not {wanted}"
            for who, wanted in zip(WHO, row, strict=True)
            if address.startswith("admin/") or who in ("anonymous", "administrator")
            if (got := ask(people[who], method, path)) != wanted
        ]
    assert wrong == []


def test_who_may_not_read_an_address_may_not_send_to_it(people, names, unrendered):
    wrong = []
    for (method, address), row in expected().items():
        if method == "GET" and address.startswith("admin/"):
            path = path_of(address, names)
            wrong += [
                f"{path}: {who} gets {got}"
                for who, read in zip(WHO, row, strict=True)
                if read in REFUSED and (got := ask(people[who], "POST", path)) not in {*REFUSED, "405"}
            ]
    assert wrong == []
