from preproduction.demo.studio import LOGINS, PASSWORD, DemoRefused, load

__all__ = ["LOGINS", "PASSWORD", "DemoRefused", "load"]
