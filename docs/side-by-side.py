#!/usr/bin/env python3
"""Reports of `sbxc conform --format json`, side by side, as the tables of docs/conformance.md.

    docs/side-by-side.py env.json bwrap-naive.json sbxc.json

Counts alone: a report names every attempt, the tables none.
"""
import json
import sys

VERDICTS = ["blocked", "works", "escaped", "hollow", "broken", "skipped", "timeout"]
NOT_TRIED = {"skipped", "hollow"}


def table(rows):
    """Rows of texts as Markdown; the first is the head, the first column is of words."""
    print("| " + " | ".join(rows[0]) + " |")
    print("|---" + "|--:" * (len(rows[0]) - 1) + "|")
    for row in rows[1:]:
        print("| " + " | ".join(row) + " |")


def count(probes, verdict):
    return sum(probe["verdict"] == verdict for probe in probes)


def totals(reports):
    yield ["sandbox"] + VERDICTS
    for name, probes in reports.items():
        yield [f"`{name}`"] + [str(count(probes, verdict)) for verdict in VERDICTS]


def cell(probes):
    """Escapes of attempts; `-` where none was made, `?` where none could be believed."""
    tried = [probe for probe in probes if probe["verdict"] not in NOT_TRIED]
    if not tried:
        return "-"
    sure = [probe for probe in tried if probe["verdict"] in ("blocked", "escaped")]
    return f"{count(sure, 'escaped')} of {len(sure)}" if sure else "?"


def by_category(reports):
    yield ["escaped, of attempts"] + [f"`{name}`" for name in reports]
    every = [probe for probes in reports.values() for probe in probes]
    for category in sorted({probe["category"] for probe in every if not probe.get("must_work")}):
        cells = []
        for probes in reports.values():
            cells.append(cell([probe for probe in probes if probe["category"] == category]))
        if any(each != "-" for each in cells):
            yield [category] + cells


def main(files):
    reports = {}
    for file in files:
        with open(file, encoding="utf-8") as text:
            report = json.load(text)
        name = report["sandbox"]["name"]
        reports[name if name not in reports else f"{name}, again"] = report["probes"]
        print(f"{report['sandbox']['name']}: {report['sandbox']['version']}", file=sys.stderr)
    table(list(totals(reports)))
    print()
    categories = list(by_category(reports))
    if len(categories) > 1:
        table(categories)


main(sys.argv[1:])
