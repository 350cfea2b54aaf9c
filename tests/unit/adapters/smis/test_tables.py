"""The tables that several parts of SMI-S share."""

from structlog.testing import capture_logs

from vasa_cim.adapters.smis.tables import Tables


def controllers(walk):
    return Tables(walk, ["A"], frozenset()).controllers


def test_controllers_of_different_classes_with_one_device_id_are_left_out(made, walk_over):
    rows = [made.row(made.device(kind, key)) for kind, key in (("X_View", "1"), ("X_Mapping", "1"), ("X_View", "2"))]
    with capture_logs() as lines:
        assert list(controllers(walk_over(SCSIProtocolController=rows))) == [("2", "A")]
    assert [line["kind"] for line in lines if line["log_level"] == "warning"] == ["controllers in root/x"]


def test_a_controller_that_is_listed_twice_is_one(made, walk_over):
    rows = [made.row(made.device(kind, "1")) for kind in ("X_View", "x_view")]
    assert list(controllers(walk_over(SCSIProtocolController=rows))) == [("1", "A")]
