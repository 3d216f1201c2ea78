from preproduction.demo.studio import DemoRefused, load

__all__ = ["DemoRefused", "load"]
