"""The arithmetic of the graph, pure: no Django, no clock, no database.

`metric` turns a key result's value into progress, `kpi` the periods of a KPI into
attainment, `combine` terms into a node's number, `node` is a goal with its sums and the rule
that makes its number of them, `graph` moves a change up to the root, `plan` says what was to
be expected by a day, `health` what to call the difference.
Numbers in the graph are integers of billionths; values are exact decimals.
"""
