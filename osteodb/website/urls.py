"""The addresses of the pages. Each is permanent: other sites link to them."""

from __future__ import annotations

from django.urls import path

from osteodb.website import (
    views,
    views_cite,
    views_compare,
    views_data,
    views_design,
    views_feeds,
    views_forest,
    views_lists,
    views_maps,
    views_mechanisms,
    views_pictures,
    views_search,
)
from osteodb.website.pages.feed_entries import WRITERS

# Before the pages: a trial or an agent may be called by any name, but not by that of its feed.
feed_patterns = [
    path(
        f"{address.strip('/')}/atom.xml",
        views_feeds.list_feed_view,
        {"path": address},
        name=f"{address.strip('/')}-feed",
    )
    for address in WRITERS
]
cite_patterns = [
    path("cite/trial/<slug:public_id>.<str:ending>", views_cite.cite_trial_view, name="cite-trial"),
    path(
        "cite/evidence/<slug:public_id>.v<int:number>.<str:ending>",
        views_cite.cite_evidence_view,
        name="cite-evidence-version",
    ),
    path(
        "cite/evidence/<slug:public_id>.<str:ending>",
        views_cite.cite_evidence_view,
        name="cite-evidence",
    ),
    path("cite/source/<slug:slug>.<str:ending>", views_cite.cite_source_view, name="cite-source"),
    path("cite/view.<str:ending>", views_cite.cite_view_view, name="cite-view"),
]
urlpatterns = [
    *feed_patterns,
    *cite_patterns,
    path("", views.home_view, name="home"),
    path("trials/", views.trials_view, name="trials"),
    path("trials/<path:identifier>/", views.trial_view, name="trial"),
    path("compare/", views_compare.compare_view, name="compare"),
    path("compare.csv", views_compare.compare_csv_view, name="compare-csv"),
    path("agents/", views.agents_view, name="agents"),
    path("agents/<path:name>/", views.agent_view, name="agent"),
    path("targets/", views.targets_view, name="targets"),
    path("targets/<path:name>/", views.target_view, name="target"),
    path("therapy-classes/", views.classes_view, name="therapy-classes"),
    path("therapy-classes/<path:path>/", views.class_view, name="therapy-class"),
    path("evidence/", views.evidence_list_view, name="evidence-list"),
    path("evidence/<str:public_id>/", views.evidence_view, name="evidence"),
    path(
        "evidence/<str:public_id>/versions/<int:number>/",
        views.evidence_view,
        name="evidence-version",
    ),
    path(
        "evidence/<str:public_id>/compare/<int:old>/<int:new>/",
        views.evidence_compare_view,
        name="evidence-compare",
    ),
    path("measurements/", views_lists.measurements_view, name="measurements"),
    path("comparisons/", views_lists.comparisons_view, name="comparisons"),
    path("mechanisms/", views_mechanisms.mechanisms_view, name="mechanisms"),
    path("mechanisms/paths/", views_mechanisms.paths_view, name="mechanism-paths"),
    path("mechanisms/network/", views_mechanisms.network_view, name="mechanism-network"),
    path(
        "mechanisms/contradictions/",
        views_mechanisms.contradictions_view,
        name="mechanism-contradictions",
    ),
    path("mechanisms/relations/", views_mechanisms.relations_view, name="mechanism-relations"),
    path("pathways/", views_mechanisms.pathways_view, name="pathways"),
    path("pathways/<path:name>/", views_mechanisms.pathway_view, name="pathway"),
    path("evidence-map/", views_maps.evidence_map_view, name="evidence-map"),
    path("timeline/", views_maps.timelines_view, name="trial-timelines"),
    path("sites/", views_maps.sites_view, name="sites"),
    path("status-over-time/", views_maps.status_over_time_view, name="status-over-time"),
    path("synthesis/", views.synthesis_view, name="synthesis"),
    path("forest/", views_forest.forest_view, name="forest"),
    path("sources/", views.sources_view, name="sources"),
    path("sources/<slug:slug>/", views.source_view, name="source"),
    path("changes/", views.changes_view, name="changes"),
    path("changes/atom.xml", views_feeds.changes_feed_view, name="changes-feed"),
    path("changes/<int:pk>/", views.change_view, name="change"),
    path("whats-new/", views_data.whats_new_view, name="whats-new"),
    path("quality/", views_data.quality_view, name="quality"),
    path("quality/issues/", views_data.quality_issues_view, name="quality-issues"),
    path("quality/pairs/", views_data.quality_pairs_view, name="quality-pairs"),
    path("discrepancies/", views.discrepancies_view, name="discrepancies"),
    path("discrepancies/<slug:slug>/", views.discrepancy_view, name="discrepancy"),
    path("about/", views.about_view, name="about"),
    path("glossary/", views_design.glossary_view, name="glossary"),
    path("design/", views_design.design_view, name="design"),
    path("search/", views_search.search_view, name="search"),
    path("search/suggest/", views_search.suggest_view, name="search-suggest"),
    path("pictures/<slug:kind>.<str:ending>", views_pictures.picture_view, name="picture"),
    path("robots.txt", views.robots_view, name="robots"),
    path("favicon.ico", views.favicon_view, name="favicon"),
]
