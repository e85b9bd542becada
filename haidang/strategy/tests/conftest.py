from haidang.strategy.tests.map_fixtures import door, small

__all__ = ["door", "small"]
