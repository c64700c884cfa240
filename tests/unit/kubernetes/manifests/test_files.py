"""Which objects become files, and what the files are called, whatever the chart's style."""

import pytest

from ddms_compile.kubernetes.helm.engine import TemplateDocument
from ddms_compile.kubernetes.helm.process import HelmError
from ddms_compile.kubernetes.manifests.files import files


def _document(text: str, template: str = "templates/a.yaml") -> TemplateDocument:
    return TemplateDocument(template=template, text=text)


PLAIN = 'apiVersion: v1\nkind: Service\nmetadata:\n  labels:\n    name: x\n  name: "web"\nspec: {}\n'
STYLES = (
    PLAIN,
    "kind: 'Service'\nmetadata: {name: web}\n",
    "kind: Service # a comment\nmetadata:\n    name: web\nspec:\n  name: other\n",
    '{"kind": "Service", "metadata": {"name": "web"}}\n',
    "metadata:\n  name: web\nkind:   Service\n",
    '"kind": "Service"\n"metadata":\n  "name": "web"\n',
    "kind: Service\r\nmetadata:\r\n  name: web\r\n",
    "spec:\n  name: other\nkind: Service\nmetadata:\n  name: web\n",
)


@pytest.mark.parametrize("text", STYLES, ids=range(len(STYLES)))
def test_a_file_is_named_by_kind_and_name(text: str) -> None:
    """Whichever way the chart writes its YAML, the object's own kind and name are found."""
    assert [file.name for file in files([_document(text)])] == ["14-service-web.yaml"]


@pytest.mark.parametrize("text", STYLES, ids=range(len(STYLES)))
def test_no_secret_becomes_a_file(text: str) -> None:
    """A Secret is left out, whichever way the chart writes it; one that External Secrets makes is not meant."""
    assert files([_document(text.replace("Service", "Secret"))]) == ()
    assert len(files([_document(text.replace("Service", "ExternalSecret"))])) == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: List\nmetadata:\n  name: x\nitems:\n  - kind: Secret\n    metadata:\n      name: s\n", "a list"),
        ("kind: SecretList\nitems: []\n", "not an object with a kind and a name"),
        ("kind: List\nitems:\n  - kind: Secret\n", "not an object with a kind and a name"),
        ("kind: [\n", "renders invalid YAML"),
        ("just text\n", "not an object with a kind and a name"),
        ("kind: A\nkind: B\nmetadata: {name: x}\n", "renders invalid YAML"),
        ("kind: Service\nmetadata: null\n", "not an object with a kind and a name"),
    ],
    ids=range(7),
)
def test_what_is_no_object_is_refused_by_its_template(text: str, told: str) -> None:
    """A list (in which a Secret could hide) or broken YAML stops the build, naming the template."""
    with pytest.raises(HelmError, match=rf"^templates/a.yaml .*{told}"):
        files([_document(text)])


def test_objects_of_the_test_stay_out() -> None:
    """What `helm test` makes is not in the cluster, and not in a file."""
    assert files([_document(PLAIN, "templates/tests/a.yaml")]) == ()


def test_the_same_name_in_two_namespaces_gives_two_files() -> None:
    """The namespace is in the file's name where it is needed to tell two objects apart, and only there."""
    there = PLAIN.replace("  labels", "  namespace: there\n  labels")
    here = PLAIN.replace("  labels", "  namespace: here\n  labels")
    other = PLAIN.replace("web", "other")
    names = [file.name for file in files([_document(text) for text in (there, other, here)])]
    assert names == ["14-service-other.yaml", "14-service-web-here.yaml", "14-service-web-there.yaml"]


def test_the_same_object_twice_is_refused() -> None:
    """Two objects of one kind, name and namespace would overwrite each other."""
    with pytest.raises(HelmError, match="14-service-web twice"):
        files([_document(PLAIN), _document(PLAIN)])
