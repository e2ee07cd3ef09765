from __future__ import annotations

from types import SimpleNamespace

import pytest

from lakehouse.errors import EnvironmentFault
from lakehouse.session import jars

BUNDLE = jars.Bundle(coordinates="a:b:1", excludes=("c:*",), files=("b.jar", "d.jar"))


class Resolver:
    """Stands for Spark's resolver: delivers three jars, or is never asked."""

    def __init__(self, folder):
        self.folder, self.asked = folder, []
        folder.mkdir()
        self.jvm = SimpleNamespace(scala=SimpleNamespace(Option=SimpleNamespace(apply=lambda value: value)))
        utils = SimpleNamespace(resolveMavenDependencies=self.resolve)
        util = SimpleNamespace(DependencyUtils=utils)
        self.jvm.org = SimpleNamespace(apache=SimpleNamespace(spark=SimpleNamespace(util=util)))

    def resolve(self, *words):
        self.asked.append(words)
        for name in ("b.jar", "d.jar", "unwanted.jar"):
            (self.folder / name).write_text(name)
        return SimpleNamespace(mkString=lambda mark: mark.join(map(str, sorted(self.folder.iterdir()))))


def test_only_the_wanted_jars_are_kept(tmp_path):
    resolver, root = Resolver(tmp_path / "delivered"), tmp_path / "jars"
    assert jars.fetch(root, resolver.jvm, BUNDLE) == (root / "b.jar", root / "d.jar")
    assert sorted(file.name for file in root.glob("*.jar")) == ["b.jar", "d.jar"]
    with_dependencies, without, wanted, _, cache, _ = resolver.asked[0]
    assert (with_dependencies, without, wanted, cache) == (True, "c:*", "a:b:1", str(root / "ivy"))


def test_a_fetch_that_broke_off_is_done_again(tmp_path):
    resolver, root = Resolver(tmp_path / "delivered"), tmp_path / "jars"
    root.mkdir()
    (root / "b.jar").write_text("b.jar")
    (root / ".d.jar").write_text("half of")
    assert jars.present(root, BUNDLE) == ()
    jars.fetch(root, resolver.jvm, BUNDLE)
    assert (root / "d.jar").read_text() == "d.jar"


def test_what_is_there_is_not_asked_for(tmp_path):
    resolver, root = Resolver(tmp_path / "delivered"), tmp_path / "jars"
    jars.fetch(root, resolver.jvm, BUNDLE)
    jars.fetch(root, resolver.jvm, BUNDLE)
    assert len(resolver.asked) == 1


def test_missing_jars_name_the_repair(tmp_path):
    with pytest.raises(EnvironmentFault, match=r"To repair: \./scripts/setup"):
        jars.required(tmp_path, BUNDLE)
