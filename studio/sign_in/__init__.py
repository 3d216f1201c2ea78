"""The door: how often it may be tried, which browsers are known, when it is asked again who somebody is."""
