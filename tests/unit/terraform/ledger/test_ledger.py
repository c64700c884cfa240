"""State safety: an address that moves is moved, and what holds state is not lost unnoticed."""

import datetime
import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ddms_compile.cdktf.types import TYPES
from ddms_compile.load import Finding
from ddms_compile.spec.policy import Loss
from ddms_compile.terraform.ledger.identity import IDENTITY
from ddms_compile.terraform.ledger.ledger import (
    Ledger,
    Owner,
    ledger_tree,
    losses,
    moved_blocks,
    next_ledger,
    read_ledger,
)

TODAY = datetime.date(2026, 11, 23)
PROD = Owner(name="prod", environment="prod", accepts="prod", address="environment.prod")


def stack(**elements: Mapping[str, Any]) -> dict[str, Any]:
    """Terraform JSON of resources given as `kind__name={...}`."""
    document: dict[str, Any] = {"resource": {}}
    for address, body in elements.items():
        kind, name = address.split("__")
        document["resource"].setdefault(kind, {})[name] = dict(body)
    return document


def lost(before: Ledger, after: Ledger, *accepted: Loss) -> list[Finding]:
    """What is reported between two ledgers of prod."""
    causes = {"aws_db_instance.main.identifier": frozenset({"project.name", "@environment"})}
    return list(losses(PROD, before, after, accepted, TODAY, causes))


DATABASE = stack(aws_db_instance__main={"identifier": "a", "port": 1})


def test_a_ledger_survives_writing_and_reading() -> None:
    """What is written is what is read."""
    ledger = next_ledger(Ledger(), {"foundation": DATABASE})
    assert read_ledger(json.dumps(ledger_tree(ledger))) == ledger


NOT_LEDGERS = {
    "empty": "",
    "a list": "[]",
    "no version": "{}",
    "another version": '{"version": 2}',
    "nonsense": "nonsense",
    "deep": "[" * 200_000,
    "deep inside": '{"version": 1, "moved": {}, "stacks": ' + '{"a":' * 100_000,
    "a number as stacks": '{"version": 1, "stacks": 5, "moved": {}}',
    "a list as a stack": '{"version": 1, "stacks": {"foundation": []}, "moved": {}}',
    "a text as identity": '{"version": 1, "stacks": {"foundation": {"aws_vpc.main": "x"}}, "moved": {}}',
    "a number as a move": '{"version": 1, "stacks": {}, "moved": {"foundation": {"a": 1}}}',
    "a list as ground": '{"version": 1, "stacks": {}, "moved": {}, "ground": []}',
    "a number as region": '{"version": 1, "stacks": {}, "moved": {}, "ground": {"region": 1}}',
    "a huge number": '{"version": 1' + "0" * 5000 + "}",
    "a boolean as version": '{"version": true, "stacks": {}, "moved": {}}',
    "bytes": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("text", NOT_LEDGERS.values(), ids=NOT_LEDGERS)
def test_what_is_no_ledger_is_refused(text: str | bytes) -> None:
    """A ledger that was cut off, is of another version or of another shape never counts as an empty one."""
    with pytest.raises(ValueError):
        read_ledger(text)


def test_a_new_environment_loses_nothing() -> None:
    """Without an earlier ledger there is nothing to lose."""
    assert lost(Ledger(), next_ledger(Ledger(), {"foundation": DATABASE})) == []


def test_a_resource_with_state_that_is_gone_is_an_error() -> None:
    """A database that is not made any more is reported with its address."""
    before = next_ledger(Ledger(), {"foundation": DATABASE})
    (finding,) = lost(before, next_ledger(before, {"foundation": stack()}))
    assert finding.code == "DDMS601"
    assert "aws_db_instance.main" in finding.message


def test_a_resource_without_state_may_go() -> None:
    """A route is made again at no cost."""
    before = next_ledger(Ledger(), {"foundation": stack(aws_route__a={})})
    assert lost(before, next_ledger(before, {"foundation": stack()})) == []


def test_a_change_that_replaces_is_an_error_at_the_key_that_decides_it() -> None:
    """Another identifier is another database; the error points at the name in the TOML."""
    before = next_ledger(Ledger(), {"foundation": DATABASE})
    after = next_ledger(before, {"foundation": stack(aws_db_instance__main={"identifier": "b"})})
    (finding,) = lost(before, after)
    assert finding.code == "DDMS602"
    assert finding.place is not None
    assert finding.place.key == ("project", "name")


def test_a_change_in_place_is_no_error() -> None:
    """Another port is applied to the same database."""
    before = next_ledger(Ledger(), {"foundation": DATABASE})
    after = next_ledger(before, {"foundation": stack(aws_db_instance__main={"identifier": "a", "port": 2})})
    assert lost(before, after) == []


def test_what_the_advice_says_to_add_accepts_the_loss() -> None:
    """The lines can be pasted as they are."""
    before = next_ledger(Ledger(), {"foundation": DATABASE})
    after = next_ledger(before, {"foundation": stack()})
    (finding,) = lost(before, after)
    toml = finding.help[-1].partition("\n")[2]
    (entry,) = tomllib.loads(toml)["policy"]["losses"]
    assert lost(before, after, Loss.model_validate(entry)) == []


@pytest.mark.parametrize(("expires", "count"), [(TODAY, 0), (TODAY - datetime.timedelta(days=1), 1)])
def test_a_loss_is_accepted_up_to_its_last_day(expires: datetime.date, count: int) -> None:
    """`policy.losses` counts through the day that it names."""
    accepted = Loss(address="aws_db_instance.main", reason="moved to another account", expires=expires)
    before = next_ledger(Ledger(), {"foundation": DATABASE})
    assert len(lost(before, next_ledger(before, {"foundation": stack()}), accepted)) == count


def test_a_renamed_address_is_moved_and_stays_moved() -> None:
    """The `moved` block is there in the build that renames and in each later one."""
    before = next_ledger(Ledger(), {"foundation": DATABASE})
    renamed = stack(aws_db_instance__orders={"identifier": "a"})
    after = next_ledger(before, {"foundation": renamed}, {"aws_db_instance.main": "aws_db_instance.orders"})
    later = next_ledger(after, {"foundation": renamed})
    for ledger in (after, later):
        assert moved_blocks(ledger, "foundation") == [{"from": "aws_db_instance.main", "to": "aws_db_instance.orders"}]
    assert lost(before, after) == []
    assert lost(after, later) == []


def test_a_move_ends_when_its_old_address_is_used_again() -> None:
    """Terraform refuses a `moved` block whose source is declared."""
    before = next_ledger(Ledger(), {"foundation": DATABASE})
    renames = {"aws_db_instance.main": "aws_db_instance.orders"}
    after = next_ledger(before, {"foundation": stack(aws_db_instance__orders={})}, renames)
    both = stack(aws_db_instance__orders={}, aws_db_instance__main={})
    assert moved_blocks(next_ledger(after, {"foundation": both}), "foundation") == []


def test_every_kind_with_state_is_one_that_we_make() -> None:
    """The table of what holds state names no resource that does not exist here."""
    assert set(IDENTITY) <= set(TYPES)


def test_a_key_of_an_account_is_shown_in_the_file_of_its_environment() -> None:
    """`prod:project.name` is `project.name` as prod has it; what is in no file is not shown."""
    account = Owner(name="the account 111122223333", environment=None, accepts="prod", address="environment.prod")
    place = account.place("prod:project.name")
    assert place is not None
    assert (place.environment, place.key) == ("prod", ("project", "name"))
    assert account.place("prod:@environment") is None
    assert PROD.place("@environment") is None


GROUND = {"account": "111122223333", "region": "eu-west-1"}
STATES = {"foundation": "s3://bucket/key"}


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"ground": {**GROUND, "account": "999999999999"}},
        {"ground": {**GROUND, "region": "eu-central-1"}},
        {"states": {"foundation": "s3://other/key"}},
    ],
    ids=["account", "region", "state"],
)
def test_another_ground_is_one_error_until_it_is_accepted(elsewhere: Mapping[str, Any]) -> None:
    """In another account or region, or with another state, everything would be made anew: that is said once."""
    before = replace(next_ledger(Ledger(), {"foundation": DATABASE}), ground=GROUND, states=STATES)
    after = replace(before, **elsewhere)
    (finding,) = lost(before, after)
    assert finding.code == "DDMS608"
    accepted = Loss(address="environment.prod", reason="it was moved to another account", expires=TODAY)
    assert lost(before, after, accepted) == []
    assert lost(replace(before, ground={}, states={}), after) == []


def test_a_stack_that_is_gone_takes_nothing_along_unnoticed() -> None:
    """What was in a stack that is not made any more is as lost as what left a stack."""
    before = next_ledger(Ledger(), {"foundation": stack(), "data": DATABASE})
    (finding,) = lost(before, next_ledger(before, {"foundation": stack()}))
    assert finding.code == "DDMS601"
