# ruff: noqa: S608 - these queries are no SQL
"""What is a query, and where the text of one goes wrong."""

import pytest

from mock_cimom.query import QueryError, UnknownLanguageError, parse_filter, parse_query

VOLUME = "SourceInstance ISA CIM_StorageVolume"
STATUS = "SourceInstance.{0}OperationalStatus <> PreviousInstance.{0}OperationalStatus"
# The queries of smis-mapping 7.1 and what is written around them.
FILTERS = [
    f"SELECT * FROM CIM_InstCreation WHERE {VOLUME}",
    f"SELECT * FROM CIM_InstDeletion WHERE {VOLUME}",
    f"SELECT * FROM CIM_InstModification WHERE {VOLUME} AND " + STATUS.format("CIM_StorageVolume::"),
    f"SELECT * FROM CIM_InstModification WHERE {VOLUME} AND " + STATUS.format(""),
    f"select * from cim_instmodification where {VOLUME.lower()} and "
    "sourceinstance.cim_storagevolume::numberofblocks != previousinstance.cim_storagevolume::numberofblocks",
    f"SELECT * FROM CIM_InstModification WHERE {VOLUME}",
    "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_StoragePool AND "
    "SourceInstance.CIM_StoragePool::RemainingManagedSpace <> PreviousInstance.CIM_StoragePool::RemainingManagedSpace",
    "SELECT * FROM CIM_AlertIndication",
    "SELECT * FROM CIM_AlertIndication WHERE OwningEntity='SNIA' AND MessageID='DRM28'",
    'SELECT * FROM CIM_AlertIndication WHERE OwningEntity="SNIA" and (MessageID="DRM28" OR MessageID="DRM29")',
    "SELECT * FROM TPD_StoragePoolGrowWarningAlert",
    "SELECT * FROM CIM_InstModification WHERE SourceInstance = CIM_FCPort AND " + STATUS.format("CIM_FCPort::"),
    "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_ConcreteJob AND "
    "SourceInstance.OperationalStatus=17 AND SourceInstance.OperationalStatus=2",
    "SELECT * FROM CIM_InstModification WHERE SourceInstance ISA CIM_ConcreteJob AND "
    "ANY SourceInstance.CIM_ConcreteJob::OperationalStatus[*] = 17 AND "
    "ANY SourceInstance.CIM_ConcreteJob::OperationalStatus[*] = 2",
    "SELECT * FROM CIM_InstIndication\n\tWHERE SourceInstance ISA CIM_ComputerSystem AND\n"
    "SourceInstance.CIM_ComputerSystem::OperationalStatus[0] <> 2",
    "SELECT IndicationTime, SourceInstance.ElementName AS Name FROM CIM_InstCreation AS i WHERE i.SourceInstance ISA X",
    "SELECT CIM_Indication.IndicationTime, SourceInstance.* FROM CIM_Indication",
    "SELECT * FROM CIM_A WHERE NOT (A IS NULL OR B IS NOT NULL) AND C IS TRUE AND D LIKE 'a.*' AND E NOT LIKE 'b'",
    "SELECT CIM_A.* FROM CIM_A WHERE 0x10 <= A AND B >= -1.5 AND C = TRUE AND D > 1 AND E < 2 AND F = NULL",
    "SELECT * FROM __InstanceCreationEvent WHERE TargetInstance ISA 'CIM_StorageVolume'",
    "SELECT * FROM CIM_A WHERE CIM_A ISA CIM_B AND CIM_A.Order = 1",
]


@pytest.mark.parametrize("language", ["WQL", "DMTF:CQL", "CQL", "dmtf:cql", " wql "])
@pytest.mark.parametrize("text", FILTERS)
def test_the_filters_of_smis_clients_are_understood(text, language):
    assert (
        parse_query(text, language).class_name.lower()
        == text.split("FROM" if "FROM" in text else "from")[1].split()[0].lower()
    )


def test_class_and_properties_are_told():
    query = parse_query("SELECT a, i.SourceInstance.B AS c, i.D[1] FROM CIM_X i", "DMTF:CQL")
    assert (query.class_name, query.properties) == ("CIM_X", ("a", "c", "D"))
    assert parse_query("SELECT * FROM CIM_X", "WQL").properties is None
    assert parse_query("SELECT CIM_X.* FROM CIM_X", "WQL").properties is None
    assert parse_query("SELECT a, CIM_X.* FROM CIM_X", "WQL").properties is None


WRONG = [
    ("", 1, "SELECT"),
    ("DELETE * FROM CIM_A", 1, "SELECT"),
    ("SELECT *", 9, "FROM"),
    ("SELECT FROM CIM_A", 8, "'FROM'"),
    ("SELECT a, FROM CIM_A", 11, "'FROM'"),
    ("SELECT a b FROM CIM_A", 10, "FROM is expected"),
    ("SELECT * a FROM CIM_A", 10, "FROM is expected"),
    ("SELECT * FROM", 14, "class"),
    ("SELECT * FROM 'CIM_A'", 15, "class"),
    ("SELECT * FROM CIM_A WHERE", 26, "end of the query"),
    ("SELECT * FROM CIM_A WHERE a", 28, "comparison"),
    ("SELECT * FROM CIM_A WHERE a =", 30, "end of the query"),
    ("SELECT * FROM CIM_A WHERE a = 1 AND", 36, "end of the query"),
    ("SELECT * FROM CIM_A WHERE a = 1 b", 33, "should end"),
    ("SELECT * FROM CIM_A WHERE (a = 1", 33, "')'"),
    ("SELECT * FROM CIM_A WHERE a = 1)", 32, "')'"),
    ("SELECT * FROM CIM_A WHERE a == 1", 30, "'='"),
    ("SELECT * FROM CIM_A WHERE a IS 3", 32, "NULL"),
    ("SELECT * FROM CIM_A WHERE a ISA 3", 33, "class"),
    ("SELECT * FROM CIM_A WHERE 3 ISA CIM_B", 29, "comparison"),
    ("SELECT * FROM CIM_A WHERE a LIKE b", 34, "pattern"),
    ("SELECT * FROM CIM_A WHERE a NOT = 3", 33, "comparison"),
    ("SELECT * FROM CIM_A WHERE a[-1] = 3", 29, "index"),
    ("SELECT * FROM CIM_A WHERE a[b] = 3", 29, "index"),
    ("SELECT * FROM CIM_A WHERE a[TRUE] = 3", 29, "index"),
    ("SELECT * FROM CIM_A WHERE ANY a IS NULL", 31, "ANY"),
    ("SELECT * FROM CIM_A WHERE ANY a ISA CIM_B", 31, "ANY"),
    ("SELECT * FROM CIM_A, CIM_B", 20, "several"),
    ("SELECT * FROM CIM_A WITHIN 10 WHERE a = 1", 21, "'WITHIN'"),
    ("SELECT * FROM CIM_A ORDER BY a", 21, "'ORDER'"),
    ("SELECT CIM_A FROM CIM_A", 8, "property"),
    ("SELECT * FROM CIM_A WHERE a. = 1", 30, "property"),
    ("SELECT * FROM CIM_A WHERE a:: = 1", 31, "property"),
    ("SELECT COUNT(*) FROM CIM_A", 13, "'('"),
]


@pytest.mark.parametrize(("text", "position", "reason"), WRONG)
def test_what_is_wrong_is_told_with_its_place(text, position, reason):
    with pytest.raises(QueryError, match=f"at position {position}$") as caught:
        parse_query(text, "DMTF:CQL")
    assert caught.value.position == position
    assert reason in caught.value.reason


HOSTILE = [
    "SELECT * FROM CIM_A WHERE " + "(" * 10_000 + "a = 1" + ")" * 10_000,
    "SELECT * FROM CIM_A WHERE " + "NOT " * 10_000 + "a = 1",
    "SELECT * FROM CIM_A WHERE a = '" + "x" * 2**20 + "'",
    "(" * 60_000,
    "SELECT " * 9_000,
    "\x00\ufffe\U0001f600",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_refused_like_any_other(text):
    with pytest.raises(QueryError):
        parse_query(text, "WQL")


def test_a_long_condition_without_nesting_is_fine():
    text = "SELECT * FROM CIM_A WHERE " + " OR ".join(["a = 1"] * 5000)
    assert parse_query(text, "WQL").class_name == "CIM_A"
    nested = "SELECT * FROM CIM_A WHERE " + "(" * 50 + "a = 1" + ")" * 50
    assert parse_query(nested, "WQL").class_name == "CIM_A"


@pytest.mark.parametrize("language", ["", "SQL", "DMTF:FQL", "x" * 5000])
def test_an_unknown_language_is_an_error_of_its_own(language):
    with pytest.raises(UnknownLanguageError) as caught:
        parse_query("SELECT * FROM CIM_A", language)
    assert len(str(caught.value)) < 200


def test_a_filter_is_a_condition_alone():
    with pytest.raises(QueryError):
        parse_filter("SELECT * FROM CIM_A", "DMTF:FQL")
    with pytest.raises(UnknownLanguageError):
        parse_filter("a = 1", "DMTF:CQL")
    with pytest.raises(QueryError, match="position 6"):
        parse_filter("a = 1)", "DMTF:FQL")
