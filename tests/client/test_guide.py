"""The examples of docs/client.md, run as they stand against the running program."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings

from haidang.client import Haidang
from haidang.people.models import Person
from tests.client.conftest import Connect
from tests.support.serving import Server

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_guide_runs(
    server: Server, connect: Connect, administrator: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    haidang = connect(administrator)
    today = date.today()
    cycle = haidang.create_cycle("Quý này", "quarter", today - timedelta(60), today + timedelta(30))
    top = haidang.create_goal("objective", "Mở rộng", level="company", cycle=cycle.id)
    haidang.create_goal(
        "key_result",
        "100 nhà phân phối",
        metric_kind="count",
        direction="increase",
        baseline=0,
        target=100,
        parents=[{"parent": top.id, "relation": "composition"}],
    )
    guide = (settings.BASE_DIR.parent / "docs" / "client.md").read_text(encoding="utf-8")
    program = "\n".join(re.findall(r"^```python\n(.*?)^```", guide, re.MULTILINE | re.DOTALL))
    names: dict[str, Any] = {"url": server.url, "token": connect.token_of(administrator, "admin")}
    exec(compile(program, "docs/client.md", "exec"), names)  # noqa: S102

    assert isinstance(names["haidang"], Haidang)
    assert names["goal"].title == "100 nhà phân phối"
    assert len(names["everybody"]) == 1
    assert len(names["made"]) == 2
    assert names["strategy"].items[0].id == names["top"].id
    assert [part.role for part in haidang.participants(names["pillar"])] == ["named", "follower"]
    assert haidang.settings()["health.at_risk"] == "0.65"
    assert not haidang.person(names["person"].id).is_active
    assert names["first"] == []
    said = capsys.readouterr().out
    assert "value decimal_comma" in said
    assert said.count("check_in.recorded") == 1
    assert list(haidang.changes(names["kept"])) == []
    assert haidang.goal(names["goal"].id).standing.actual == 40


def test_the_guide_names_every_method() -> None:
    guide = (settings.BASE_DIR.parent / "docs" / "client.md").read_text(encoding="utf-8")
    methods = [name for name in dir(Haidang) if not name.startswith("_")]
    assert [name for name in methods if not re.search(rf"\b{name}\b", guide)] == []
