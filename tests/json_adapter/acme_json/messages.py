"""What this adapter adds to the message catalogs, in English and in German."""

CATALOGS = {
    "event": {
        "AcmeJson.FileReplaced": "The description of array {array} was replaced",
        "AcmeJson.Maintenance": "Array {array} is in maintenance until {until}",
    },
    "alarm": {"AcmeJson.Temperature": "The temperature of {object} is in state {state}"},
    "de/event": {"AcmeJson.FileReplaced": "Die Beschreibung des Arrays {array} wurde ersetzt"},
    "de/alarm": {"AcmeJson.Temperature": "Die Temperatur von {object} ist im Zustand {state}"},
}
