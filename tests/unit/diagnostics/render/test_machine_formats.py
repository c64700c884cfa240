"""The renderings for programs: JSON, SARIF, GitHub."""

import json

from ddms_compile.diagnostics.render import FORMATS
from diagnostics.sample import BARE, FULL, SOURCES, error, span


def test_json_has_the_documented_shape() -> None:
    assert json.loads(FORMATS["json"]([FULL, BARE], SOURCES)) == {
        "version": 1,
        "summary": {"errors": 1, "warnings": 1, "notes": 0},
        "diagnostics": [
            {
                "code": "DDMS006",
                "severity": "warning",
                "message": "there are no environments",
                "primary": None,
                "related": [],
                "notes": [],
                "help": [],
                "more": 0,
            },
            {
                "code": "DDMS009",
                "severity": "error",
                "message": "network.cidr of prod overlaps staging",
                "primary": {
                    "path": "environments/prod.toml",
                    "message": "overlaps, 100%",
                    "start": {"line": 4, "column": 8},
                    "end": {"line": 4, "column": 22},
                },
                "related": [
                    {
                        "path": "environments/prod.toml",
                        "message": "disabled here",
                        "start": {"line": 1, "column": 1},
                        "end": {"line": 1, "column": 5},
                    },
                    {
                        "path": "environments/staging.toml",
                        "message": "",
                        "start": {"line": 3, "column": 8},
                        "end": {"line": 3, "column": 22},
                    },
                ],
                "notes": ["one\nand two"],
                "help": ["pick another: 10.11.0.0/16, say"],
                "more": 0,
            },
        ],
    }


def test_json_of_nothing_is_still_the_object() -> None:
    assert json.loads(FORMATS["json"]([], {}))["diagnostics"] == []


def test_sarif_says_code_level_place_and_unit_of_columns() -> None:
    log = json.loads(FORMATS["sarif"]([FULL, BARE], SOURCES))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    bare, full = run["results"]
    assert (bare["level"], bare["ruleId"], "locations" in bare) == ("warning", "DDMS006", False)
    assert (full["level"], full["ruleId"]) == ("error", "DDMS009")
    assert full["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "environments/prod.toml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 4, "startColumn": 8, "endLine": 4, "endColumn": 22},
            }
        }
    ]
    assert [location["id"] for location in full["relatedLocations"]] == [0, 1]
    assert full["relatedLocations"][0]["message"] == {"text": "disabled here"}


def test_sarif_rules_are_the_codes_that_occur_with_their_titles() -> None:
    (run,) = json.loads(FORMATS["sarif"]([FULL, BARE, FULL], SOURCES))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["DDMS006", "DDMS009"]
    assert rules[0]["shortDescription"] == {"text": "Project without environments"}
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_sarif_addresses_are_escaped_and_files_of_the_program_are_not_files_of_the_project() -> None:
    odd = json.loads(FORMATS["sarif"]([error(span(1, 1, 2, path="a b/é%.toml"))], {}))
    assert odd["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "a%20b/%C3%A9%25.toml",
        "uriBaseId": "%SRCROOT%",
    }
    own = json.loads(FORMATS["sarif"]([error(span(1, 1, 2, path="ddms-compile:defaults.toml"))], {}))
    place = own["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place == {"uri": "ddms-compile:defaults.toml"}


def test_github_gives_one_escaped_command_for_each_diagnostic() -> None:
    assert FORMATS["github"]([FULL, BARE], SOURCES) == (
        "::warning title=DDMS006::there are no environments\n"
        "::error file=environments/prod.toml,line=4,endLine=4,col=8,endColumn=22,title=DDMS009::"
        "network.cidr of prod overlaps staging (overlaps, 100%25)"
        "%0Asee environments/prod.toml:1:1: disabled here"
        "%0Asee environments/staging.toml:3:8"
        "%0Anote: one%0Aand two"
        "%0Ahelp: pick another: 10.11.0.0/16, say\n"
    )


def test_github_properties_cannot_be_broken_out_of() -> None:
    line = FORMATS["github"]([error(span(1, 1, 2, path="a,b::c%\n.toml"))], {})
    assert line.startswith("::error file=a%2Cb%3A%3Cc%25".replace("%3C", "%3A"))
    assert line.count("\n") == 1


def test_github_gets_no_columns_for_several_lines() -> None:
    assert "col=" not in FORMATS["github"]([error(span(1, 5, 2, end_line=3))], {})


def test_every_format_bears_a_name_that_is_no_text() -> None:
    odd = error(span(1, 1, 2, path="a\udcff.toml"), "a\udcff")
    for render in FORMATS.values():
        render([odd], {}).encode()
