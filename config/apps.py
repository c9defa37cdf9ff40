"""The wiring as an app, so that its templates, static files and commands are found."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ConfigConfig(AppConfig):
    """Wiring of the apps."""

    name = "config"
    default = True


class HouseAdminConfig(AdminConfig):
    """Django's admin, with our door."""

    default_site = "config.admin_site.HouseSite"
