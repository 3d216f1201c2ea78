"""The heavy proofs, at full size on both engines, with a table of what each did.  See __main__.py."""
