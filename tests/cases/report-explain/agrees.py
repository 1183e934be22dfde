# SPDX-License-Identifier: GPL-2.0-or-later
"""agrees.py [--bytes HEX] [--pair FROM NAME] FILE...: a report's numbers are those of its lists,
and every chain of reasons ends at a function of the patch."""
import json
import sys

args = sys.argv[1:]
want = pair = None
if args[0] == "--bytes":
    want, args = args[1], args[2:]
if args[0] == "--pair":
    pair, args = args[1:3], args[3:]
for path in args:
    with open(path, encoding="utf-8") as f:
        report = json.load(f)
    pieces = {p["piece"]: p for p in report["pieces"]}
    functions = report["functions"]
    count = report["summary"]
    if report["result"] == "written":
        for status in ("changed", "new", "carried"):
            assert count[status] == sum(f["status"] == status for f in functions), status
        assert count["copied"]["strings"] == sum(p["kind"] == "string" for p in pieces.values())
        livepatch = [s for s in report["symbols"] if s["kind"] == "livepatch"]
        assert count["livepatch_symbols"] == len(livepatch)
        assert count["livepatch_references"] <= sum(s["references"] for s in livepatch)
        entries = sum(t["copied"] for t in report["tables"])
        assert entries == sum(p["kind"] == "entry" for p in pieces.values())
        for f in functions:
            assert f["piece"] in pieces
            change = f["first_change"]
            assert (change is None) == (f["status"] == "new")
            assert change is None or change["kind"] != "unknown", f["name"]
    for p in pieces.values():
        steps = 0
        while p["because_of"]:
            p = pieces[p["because_of"]["piece"]]
            steps += 1
            assert steps < 100, "a circle"
        assert p["status"] in ("changed", "new", "carried", "callback"), p
    for s in report["symbols"]:
        assert s["first_reference"]["piece"] in pieces
    if want:
        assert any(f.get("name_bytes") == want for f in functions), want
    if pair:
        assert any(s["name"] == pair[1] and
                   pieces[s["first_reference"]["piece"]]["name"] == pair[0]
                   for s in report["symbols"]), pair
