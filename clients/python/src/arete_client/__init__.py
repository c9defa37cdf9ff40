"""Arete by program.

from arete_client import Client

with Client("https://arete.example.org", "arete_…") as arete:
    for trait in arete.pages("/traits"):
        print(trait["slug"], trait["in_force"])
"""

from arete_client.asynchronous import AsyncClient
from arete_client.calls import Failed, TooDear
from arete_client.client import Client
from arete_client.problems import Problem, Unreachable

__all__ = ["AsyncClient", "Client", "Failed", "Problem", "TooDear", "Unreachable"]
