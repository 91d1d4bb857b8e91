"""What deployers use in their own tests; the extra `testing` brings what it needs.

Public: `lifecycles`, `invariants`, `plugin`. What has an underscore is inner.
"""
