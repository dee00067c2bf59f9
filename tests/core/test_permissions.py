"""What each role may do: one table, put in place by a command."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from osteodb.core.permissions import GRANTS, permissions_of, sync_permissions
from osteodb.core.roles import ROLES

pytestmark = pytest.mark.django_db


def held(role: str) -> set[str]:
    """The permissions a group has in the database."""
    rows = Group.objects.get(name=role).permissions.select_related("content_type")
    return {f"{one.content_type.app_label}.{one.codename}" for one in rows}


def test_every_role_has_its_line_in_the_table() -> None:
    assert set(GRANTS) == set(ROLES)


def test_the_command_grants_exactly_the_table_and_twice_changes_nothing() -> None:
    call_command("sync_permissions", verbosity=0)
    assert {role: held(role) for role in ROLES} == {role: permissions_of(role) for role in ROLES}
    assert set(sync_permissions().values()) == {0}


def test_what_somebody_clicked_together_is_put_right_again() -> None:
    sync_permissions()
    Group.objects.get(name="reader").permissions.set(
        Group.objects.get(name="curator").permissions.all()
    )
    assert sync_permissions()["reader"] > 0
    assert held("reader") == permissions_of("reader")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_may_delete(role: str) -> None:
    assert not [name for name in permissions_of(role) if ".delete_" in name]


def test_only_administrators_manage_people_and_runs() -> None:
    theirs = {"core.change_user", "core.add_user", "trials.add_syncrun"}
    for role in ("reader", "curator", "reviewer"):
        assert not theirs & permissions_of(role)
    assert theirs <= permissions_of("administrator")


@pytest.mark.parametrize("role", ["curator", "administrator"])
def test_curators_and_administrators_decide_what_the_registries_leave_open(role: str) -> None:
    assert {
        "trials.change_triallink", "trials.change_trialmerge", "trials.add_fieldoverride",
        "trials.change_fieldoverride", "trials.add_registryupload",
        "trials.change_registryupload", "trials.change_syncfailure",
    } <= permissions_of(role)  # fmt: skip


@pytest.mark.parametrize("role", ["reader", "reviewer"])
def test_others_read_what_the_registries_leave_open(role: str) -> None:
    names = {name for name in permissions_of(role) if name.startswith("trials.")}
    assert names
    assert not [name for name in names if not name.startswith("trials.view_")]


def test_what_registries_own_nobody_may_add_or_change() -> None:
    owned = {"registryrecord", "trialchange", "recordapplication", "site", "arm", "intervention"}
    for role in ROLES:
        names = {name.split("_", 1)[1] for name in permissions_of(role) if "view_" not in name}
        assert not names & owned
