"""A list of 100 trials over REST against one hand-written SQL that gives the same JSON."""

from __future__ import annotations

import datetime as dt
import json

from django.db import connection
from django.test import Client

from tests.benchmarks.measuring import Row, alternately
from tests.registry import RegistryServer, Store
from tests.registry.records import AGENTS, generate
from tests.registry.support import quick_adapter
from therapies.services import create_agent
from trials.services import sync_registry

TRIALS, LISTED, ROUNDS = 500, 100, 15
NOW = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
SITE = "http://localhost"
ADDRESS = f"/api/v1/trials/?page_size={LISTED}"

PARTIAL_DATE = """
CASE WHEN t.{0} = '' THEN NULL ELSE json_build_object(
  'text', t.{0},
  'precision', (ARRAY['year', 'month', 'day'])[1 + (length(t.{0}) - 4) / 3],
  'earliest', t.{0}_earliest::text,
  'type', NULLIF(t.{0}_type, ''))
END"""
MOMENT = """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
RECORD = f"""
(SELECT json_build_object(
  'id', r.id, 'registry', r.registry, 'registry_id', r.registry_id, 'origin', r.origin,
  'source_url', NULLIF(r.source_url, ''), 'fetched_at', {MOMENT.format("r.fetched_at")},
  'registry_date', NULLIF(r.registry_date, ''))
 FROM trials_registryrecord r WHERE r.id = (t.field_origins ->> 'status')::bigint)"""  # noqa: S608 - only this module's own words
IDENTIFIERS = """
(SELECT coalesce(json_agg(json_build_object(
  'display', CASE WHEN i.registry IN ('EUCTR', 'CTIS') THEN i.registry ELSE '' END || i.value,
  'registry', i.registry, 'value', i.value, 'kind', i.kind) ORDER BY i.registry, i.value), '[]')
 FROM trials_trialidentifier i WHERE i.trial_id = t.id)"""
CONDITIONS = """
(SELECT coalesce(json_agg(json_build_object('name', c.name, 'slug', k.slug)
  ORDER BY c.position, c.id), '[]')
 FROM trials_trialcondition c LEFT JOIN trials_condition k ON k.id = c.condition_id
 WHERE c.trial_id = t.id)"""
WEIGHT = "array_position(ARRAY['EXPERIMENTAL', 'COMPARATOR', 'BACKBONE', 'UNSTATED'], g.role::text)"
AGENTS_OF = f"""
(SELECT coalesce(json_agg(json_build_object('slug', a.slug, 'name', a.name,
  'url', '{SITE}/api/v1/agents/' || a.slug || '/', 'role', a.role) ORDER BY a.weight, a.name), '[]')
 FROM (SELECT DISTINCT ON (n.slug) n.slug, n.name, g.role, {WEIGHT} AS weight
       FROM trials_trialagent g JOIN therapies_agent n ON n.id = g.agent_id
       WHERE g.trial_id = t.id AND g.removed_at IS NULL ORDER BY n.slug, {WEIGHT}) a)"""  # noqa: S608
SQL = f"""
WITH visible AS (
  SELECT * FROM trials_trial WHERE inclusion = 'INCLUDED' AND merged_into_id IS NULL
), page AS (
  SELECT * FROM visible ORDER BY last_update_posted_date DESC NULLS LAST, id LIMIT {LISTED}
)
SELECT json_build_object(
  'count', (SELECT count(*) FROM visible),
  'next', '{SITE}{ADDRESS}&page=2',
  'previous', NULL,
  'results', (SELECT json_agg(jsonb_build_object(
    'public_id', t.public_id,
    'url', '{SITE}/api/v1/trials/' || t.public_id || '/',
    'title', coalesce(NULLIF(t.brief_title, ''), NULLIF(t.official_title, ''),
                      NULLIF(t.acronym, ''), t.public_id),
    'acronym', NULLIF(t.acronym, ''),
    'identifiers', {IDENTIFIERS},
    'status', t.status,
    'status_raw', NULLIF(t.status_raw, ''),
    'status_seen', {RECORD},
    'why_stopped', NULLIF(t.why_stopped, ''),
    'study_type', NULLIF(t.study_type, ''),
    'phases', t.phases,
    'conditions', {CONDITIONS},
    'agents', {AGENTS_OF},
    'lead_sponsor', NULLIF(t.lead_sponsor, ''),
    'countries', t.countries,
    'enrolment', CASE WHEN t.enrolment_count IS NULL THEN NULL ELSE json_build_object(
      'count', t.enrolment_count, 'type', NULLIF(t.enrolment_type, '')) END,
    'start_date', {PARTIAL_DATE.format("start_date")},
    'primary_completion_date', {PARTIAL_DATE.format("primary_completion_date")},
    'completion_date', {PARTIAL_DATE.format("completion_date")},
    'first_posted_date', t.first_posted_date::text,
    'last_update_posted_date', t.last_update_posted_date::text,
    'results_first_posted_date', t.results_first_posted_date::text,
    'has_results', t.has_results,
    'sex', NULLIF(t.sex, ''),
    'minimum_age', NULLIF(t.minimum_age, ''),
    'maximum_age', NULLIF(t.maximum_age, '')) || jsonb_build_object(
    'updated_at', {MOMENT.format("t.updated_at")})
    ORDER BY t.last_update_posted_date DESC NULLS LAST, t.id) FROM page t))::text
"""  # noqa: S608


CLIENT = Client(SERVER_NAME="localhost")


def by_rest() -> bytes:
    """Through the address, the filters, the view and all middleware."""
    return bytes(CLIENT.get(ADDRESS).content)


def by_hand() -> str:
    """The same JSON from one statement."""
    with connection.cursor() as cursor:
        cursor.execute(SQL)
        return str(cursor.fetchone()[0])


def run() -> list[Row]:
    """Fill the database, compare the answers, measure."""
    for name in AGENTS:
        create_agent(name=name, kind="OTHER", by=None, now=NOW)
    with RegistryServer(Store(generate(TRIALS, seed=7))).running() as server:
        sync_registry(registry="ctgov", by=None, now=NOW, adapter=quick_adapter(server))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    answer = json.loads(by_rest())
    assert len(answer["results"]) == LISTED, "there are not enough trials to list"
    for trial in answer["results"]:
        del trial["stale"]  # a rule with a clock, which REST computes besides
    assert answer == json.loads(by_hand()), "REST and SQL have to say the same"
    seconds, floor_seconds = alternately(by_rest, by_hand, rounds=ROUNDS)
    return [Row(f"{LISTED} trials over REST", "one SQL by hand", seconds, floor_seconds)]
