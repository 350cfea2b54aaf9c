"""Write the compact class declarations in `mof/` from an archive of the CIM schema.

    python -m mock_cimom.schema_tool ARCHIVE -o mof/

The archive is read, never kept: only names, types, keys, value maps and method signatures of the classes listed in
`classes.yaml`, and of every class they derive from or refer to, are written. Texts of the schema are left out.
"""

import tempfile
import zipfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import click
import pywbem
import pywbem_mock
import yaml

from mock_cimom.compact_mof import class_mof, qualifier_mof

PRAGMA_FILE = "cim_schema_*.mof"
HEADER = (
    "// Facts of the CIM schema {version}: names, types, keys, value maps, signatures.\n"
    "// Written by `python -m mock_cimom.schema_tool`; change classes.yaml and run it again.\n\n"
)


def wanted_classes() -> list[str]:
    """Return the class names of `classes.yaml`, in its order."""
    text = resources.files("mock_cimom.mof").joinpath("classes.yaml").read_text(encoding="utf-8")
    return [name for area in yaml.safe_load(text).values() for name in area]


class DeclarationRecorder(pywbem_mock.FakedWBEMConnection):
    """A repository that keeps each class as it was declared: its own elements only, overrides included."""

    def __init__(self) -> None:
        super().__init__("root/schema")
        self.declared: dict[str, pywbem.CIMClass] = {}

    def CreateClass(self, NewClass: pywbem.CIMClass, namespace: str | None = None, **extra: object) -> None:  # noqa: N802, N803
        """Record the declaration, then create the class as usual."""
        self.declared[NewClass.classname] = NewClass.copy()
        super().CreateClass(NewClass, namespace=namespace, **extra)


def compile_archive(archive: Path, names: list[str]) -> DeclarationRecorder:
    """Compile `names` and what they need from the zip file `archive`; return the connection holding them.

    Raises FileNotFoundError if the archive holds no schema file, pywbem.MOFCompileError for what it cannot read.
    """
    connection = DeclarationRecorder()
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        pragma_files = sorted(str(path) for path in Path(folder).rglob(PRAGMA_FILE))
        if not pragma_files:
            raise FileNotFoundError(f"{archive} holds no {PRAGMA_FILE}")
        connection.compile_schema_classes(names, pragma_files, verbose=False)
    return connection


def needed_classes(cim_class: pywbem.CIMClass) -> list[str]:
    """Return the classes that must be declared before `cim_class`: its superclass and those it refers to."""
    elements = list(cim_class.properties.values())
    for method in cim_class.methods.values():
        elements += method.parameters.values()
    needed = [cim_class.superclass] if cim_class.superclass else []
    needed += [one.reference_class for one in elements if one.type == "reference"]
    embedded = (one.qualifiers.get("EmbeddedInstance") for one in elements)
    needed += [one.value for one in embedded if one is not None and one.value]
    return needed


def in_dependency_order(classes: dict[str, pywbem.CIMClass]) -> Iterator[pywbem.CIMClass]:
    """Yield each class after those it needs. Classes that need each other come in the order of their names."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[pywbem.CIMClass]:
        if name in done:
            return
        done.add(name)
        for needed in needed_classes(classes[name]):
            yield from visit(needed)
        yield classes[name]

    for name in sorted(classes):
        yield from visit(name)


def write_declarations(connection: DeclarationRecorder, version: str, folder: Path) -> Path:
    """Write `cim_schema.mof` into `folder` from what `connection` has compiled; return its path."""
    qualifiers = sorted(connection.EnumerateQualifiers(), key=lambda one: one.name)
    parts = [HEADER.format(version=version)]
    parts += filter(None, (qualifier_mof(one) for one in qualifiers))
    parts.append("\n")
    parts += [class_mof(cim_class) for cim_class in in_dependency_order(connection.declared)]
    path = folder / "cim_schema.mof"
    path.write_text("".join(parts), encoding="utf-8")
    return path


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("mof"),
    show_default=True,
    help="Folder that gets cim_schema.mof.",
)
@click.option("--schema-version", default="2.49.0", show_default=True, help="Version named in the file's head.")
def main(archive: Path, output: Path, schema_version: str) -> None:
    """Write compact class declarations from ARCHIVE, a zip file of the CIM schema's MOF files."""
    path = write_declarations(compile_archive(archive, wanted_classes()), schema_version, output)
    click.echo(f"wrote {path}")


if __name__ == "__main__":
    main()
