"""Lists the parties. `deploy/dev/example python` generates what is imported here, and runs it."""

import os
import pathlib

import grpc
from allmende.v1 import municipality_service_pb2, municipality_service_pb2_grpc

authority, key, certificate = (
    pathlib.Path(os.environ[name]).read_bytes()
    for name in ("ALLMENDE_CA", "ALLMENDE_KEY", "ALLMENDE_CERTIFICATE"))
credentials = grpc.ssl_channel_credentials(authority, key, certificate)
with grpc.secure_channel(os.environ["ALLMENDE_SERVER"], credentials) as channel:
    municipalities = municipality_service_pb2_grpc.MunicipalityServiceStub(channel)
    answer = municipalities.ListParties(municipality_service_pb2.ListPartiesRequest(), timeout=10)
    for party in answer.parties:
        print(party.name, party.display_name)
