from importlib import import_module

Migration = import_module("egress.migrations.0001_initial").Migration
