"""The JSON API, /api/v1: one door, strict input, problem+json for every no.

`door` stands around every address, `auth` says who asks, `operation` declares what an
address does and for whom, `schemas` are the shapes, `routes` fetch through access, call
one action and answer. Every write goes through the actions that the pages use.
"""
