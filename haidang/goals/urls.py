"""Addresses that write goals: create, edit, link, states, targets, cycles."""

from __future__ import annotations

from django.urls import path

from haidang.goals.views import cycles, edit, fields, identity, links, participants, states

_GOAL = "goals/<str:public_id>/"
_FIELD = "administration/fields/<str:field_key>/"
_LINK = "goals/<str:public_id>/parents/<str:parent_id>/"

urlpatterns = [
    path("goals/options/", links.options, name="goal_options"),
    path("goals/new/<str:kind>/", edit.create, name="goal_new"),
    path(_GOAL + "edit/", edit.edit, name="goal_edit"),
    path(_GOAL + "participants/", participants.participants, name="goal_participants"),
    path(_GOAL + "participants/removal/", participants.removal, name="goal_participant_removal"),
    path(_GOAL + "following/", participants.following, name="goal_following"),
    path(_GOAL + "guests/", participants.guests, name="goal_guests"),
    path(_GOAL + "rule/", links.rule, name="goal_rule"),
    path(_GOAL + "parents/", links.parents, name="goal_parents"),
    path(_LINK, links.parent, name="goal_parent"),
    path(_LINK + "acceptance/", links.acceptance, name="link_acceptance"),
    path(_LINK + "declining/", links.declining, name="link_declining"),
    path(_LINK + "removal/", links.removal, name="link_removal"),
    path(_GOAL + "submission/", states.submission, name="goal_submission"),
    path(_GOAL + "acceptance/", states.acceptance, name="goal_acceptance"),
    path(_GOAL + "declining/", states.declining, name="goal_declining"),
    path(_GOAL + "approval/", states.approval, name="goal_approval"),
    path(_GOAL + "return/", states.returning, name="goal_return"),
    path(_GOAL + "closure/", states.closure, name="goal_closure"),
    path(_GOAL + "reopening/", states.reopening, name="goal_reopening"),
    path(_GOAL + "drop/", states.drop, name="goal_drop"),
    path(_GOAL + "archive/", states.archive, name="goal_archive"),
    path(_GOAL + "restoration/", states.restoration, name="goal_restoration"),
    path(_GOAL + "deletion/", states.deletion, name="goal_deletion"),
    path("identity/edit/", identity.edit, name="identity_edit"),
    path("identity/values/new/", identity.create_value, name="value_new"),
    path("identity/values/<str:public_id>/edit/", identity.edit_value, name="value_edit"),
    path("identity/values/<str:public_id>/removal/", identity.removal, name="value_removal"),
    path("administration/fields/", fields.fields, name="organisation_fields"),
    path("administration/fields/new/", fields.create, name="field_new"),
    path(_FIELD + "edit/", fields.edit, name="field_edit"),
    path(_FIELD + "retirement/", fields.retirement, name="field_retirement"),
    path(_FIELD + "restoration/", fields.restoration, name="field_restoration"),
    path(_FIELD + "deletion/", fields.deletion, name="field_deletion"),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/new/", cycles.create, name="cycle_new"),
    path("cycles/<str:public_id>/edit/", cycles.edit, name="cycle_edit"),
    path("cycles/<str:public_id>/state/", cycles.state, name="cycle_state"),
]
