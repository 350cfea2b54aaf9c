"""The protocol adapter: VASA's SOAP over HTTPS. The only home of spyne."""
