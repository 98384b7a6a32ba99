"""Settings come from the environment; what nobody knows is refused."""

import pytest
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from services.chassis.database.backends import databases_of
from services.chassis.errors import Refuse
from services.chassis.ops import faults
from services.chassis.ops.settings import Settings, refuse_unknown


class Other(BaseSettings):
    url: str = ""


def test_a_misspelt_setting_is_refused_with_the_nearest_name():
    with pytest.raises(Refuse, match=r"unknown setting WWW_DATADIR .*did you mean WWW_DATA_DIR\?"):
        refuse_unknown({"WWW_DATADIR": "/srv", "PATH": "/bin"}, [Settings])


def test_a_setting_unlike_any_other_is_refused_with_the_list():
    with pytest.raises(Refuse, match=r"known are .*WWW_PORT"):
        refuse_unknown({"WWW_ZZZZZZ": "1"}, [Settings])


def test_known_settings_of_every_class_and_strange_variables_pass():
    refuse_unknown(
        {"WWW_PORT": "1", "WWW_URL": "x", "www_host": "y", "HOME": "/"}, [Settings, Other]
    )


def test_a_setting_is_read_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("WWW_PORT", "9000")
    monkeypatch.setenv("WWW_DATA_DIR", str(tmp_path))
    settings = Settings()
    assert (settings.port, settings.data_dir) == (9000, tmp_path)


@pytest.mark.parametrize(("name", "value"), [("PORT", "0"), ("PORT", "x"), ("LOG_FORMAT", "xml")])
def test_a_bad_value_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"WWW_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.parametrize("setting", ["intake.before_commit:0", "intake.before_commit:x"])
def test_a_fault_without_a_count_above_zero_is_refused(setting):
    with pytest.raises(ValueError, match="how many times, 1 or more"):
        faults.arm(setting)
    faults.arm("")


def test_proxies_are_trusted_by_name_never_all_the_world():
    assert Settings(trusted_proxies=" 10.0.0.7, 172.16.0.0/12 ").trusted_proxies == (
        "10.0.0.7,172.16.0.0/12"
    )
    assert Settings(trusted_proxies="").trusted_proxies == ""
    with pytest.raises(ValidationError, match=r"'proxy\.local' is no address and no network"):
        Settings(trusted_proxies="10.0.0.7,proxy.local")
    for everyone in ("*", "0.0.0.0/0", "::/0"):
        with pytest.raises(ValidationError):
            Settings(trusted_proxies=everyone)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("intake=hidden", "JSON"),
        ('{"intake": ["hidden"]}', "valid string"),
    ],
)
def test_passwords_that_cannot_be_read_are_refused_without_repeating_them(monkeypatch, said, why):
    monkeypatch.setenv("WWW_DATABASE_PASSWORDS", said)
    with pytest.raises(ValidationError, match=why) as refused:
        Settings()
    assert "hidden" not in str(refused.value)


def test_a_password_for_a_service_that_there_is_not_is_refused(monkeypatch):
    monkeypatch.setenv("WWW_DATABASE_URL", "postgresql://{service}@localhost/{service}")
    monkeypatch.setenv("WWW_DATABASE_PASSWORDS", '{"intak": "hidden"}')
    with pytest.raises(Refuse, match="no service is called 'intak'"):
        databases_of(Settings())


def test_each_database_is_opened_with_its_own_password_or_the_one_of_all(monkeypatch):
    monkeypatch.setenv("WWW_DATABASE_URL", "postgresql://{service}@localhost/{service}")
    monkeypatch.setenv("WWW_DATABASE_PASSWORDS", '{"scoring": "its own"}')
    monkeypatch.setenv("WWW_DATABASE_PASSWORD", "for all")
    databases = databases_of(Settings())
    assert [databases(name).url.password for name in ("scoring", "notify")] == [
        "its own",
        "for all",
    ]
