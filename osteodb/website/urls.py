"""The addresses of the pages. Each is permanent: other sites link to them."""

from __future__ import annotations

from django.urls import path

from osteodb.website import views, views_mechanisms, views_pictures, views_search

urlpatterns = [
    path("", views.home_view, name="home"),
    path("trials/", views.trials_view, name="trials"),
    path("trials/<path:identifier>/", views.trial_view, name="trial"),
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
    path("mechanisms/", views_mechanisms.mechanisms_view, name="mechanisms"),
    path("mechanisms/paths/", views_mechanisms.paths_view, name="mechanism-paths"),
    path(
        "mechanisms/contradictions/",
        views_mechanisms.contradictions_view,
        name="mechanism-contradictions",
    ),
    path("mechanisms/relations/", views_mechanisms.relations_view, name="mechanism-relations"),
    path("pathways/", views_mechanisms.pathways_view, name="pathways"),
    path("pathways/<path:name>/", views_mechanisms.pathway_view, name="pathway"),
    path("synthesis/", views.synthesis_view, name="synthesis"),
    path("sources/", views.sources_view, name="sources"),
    path("sources/<slug:slug>/", views.source_view, name="source"),
    path("changes/", views.changes_view, name="changes"),
    path("changes/atom.xml", views.changes_feed_view, name="changes-feed"),
    path("changes/<int:pk>/", views.change_view, name="change"),
    path("discrepancies/", views.discrepancies_view, name="discrepancies"),
    path("discrepancies/<slug:slug>/", views.discrepancy_view, name="discrepancy"),
    path("about/", views.about_view, name="about"),
    path("search/", views_search.search_view, name="search"),
    path("search/suggest/", views_search.suggest_view, name="search-suggest"),
    path("pictures/<slug:kind>.<str:ending>", views_pictures.picture_view, name="picture"),
    path("robots.txt", views.robots_view, name="robots"),
    path("favicon.ico", views.favicon_view, name="favicon"),
]
