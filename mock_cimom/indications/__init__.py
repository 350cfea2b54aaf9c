"""Delivery of indications: what changes in the repository reaches the listeners that subscribed to it (DSP1054)."""

from mock_cimom.indications.clock import Clock
from mock_cimom.indications.engine import IndicationEngine
from mock_cimom.indications.sender import DeliveryError, HttpSender, Sender

__all__ = ["Clock", "DeliveryError", "HttpSender", "IndicationEngine", "Sender"]
