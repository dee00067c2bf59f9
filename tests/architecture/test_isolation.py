"""What one test commits is gone for the next, and what the migrations put in is still there."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType

from osteodb.core.roles import MACHINES, ROLES


def the_database_is_as_migrated() -> bool:
    groups = set(Group.objects.values_list("name", flat=True))
    return groups == {*ROLES, *MACHINES} and ContentType.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_begins_with_the_migrated_rows() -> None:
    assert the_database_is_as_migrated()
    get_user_model().objects.create_user("left-behind")


@pytest.mark.django_db
def test_a_test_after_it_finds_them_too() -> None:
    assert the_database_is_as_migrated()
    assert not get_user_model().objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_second_test_that_commits_does_as_well() -> None:
    assert the_database_is_as_migrated()
    assert not get_user_model().objects.exists()
