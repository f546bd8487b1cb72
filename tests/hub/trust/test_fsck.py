"""`fsck`: what is sound is sound, and every flipped bit is found."""

import random
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import bindparam, inspect, text

from hub.declarations import queries as declarations
from hub.declarations.verification_queries import logged_verifications
from hub.footprints import statements
from hub.kit.clock import now
from hub.kit.database import connect
from hub.sharing import queries as sharing
from hub.trust import fsck
from hub.trust.checkpoints import sign_newest
from hub.trust.hub_key import make_hub_key, publish_hub_key
from hub.trust.hub_key_life import retire_hub_key
from hub.trust.usecases import Term, add_key
from tests.cast import AURORA, BEIFENG, CELLWERK, GUTACHTEN, Actor
from tests.conftest import on_one_connection, owned
from tests.hub.chain import Chain, car
from tests.hub.trust.test_checkpoints import bring, cosigned
from tests.schemas.log.small_log import W1, W2

FLIPS = 1000
SEED = 20261128
BYTES = {
    "log_entry": ("leaf", "kind", "digest"),
    "log_node": ("hash",),
    "log_checkpoint": ("root", "note"),
    "log_cosignature": ("line",),
    "log_erasure": ("jws", "erased", "scope", "company_id"),
    "log_erased": ("kind", "digest", "declaration"),
    "receipt": ("body",),
    "key_event": ("statement",),
    "hub_key": ("statement", "jwk"),
    "hub_key_event": ("statement", "kind"),
    "signing_key": ("jwk",),
    "consent_event": ("statement",),
    "declaration": ("jws", "payload"),
    "declaration_annex": ("body",),
    "declaration_withdrawal": ("statement",),
    "rollup_statement": ("jws", "annex", "receipt"),
    "verification": ("jws", "payload", "share"),
    "verification_revocation": ("jws", "reason"),
}
"""Columns of bytes, and of text, of everything that was logged, signed or receipted."""


def flaws(session, settings):
    session.expire_all()
    sources = chain(
        declarations.logged(session),
        logged_verifications(session),
        statements.logged(session),
        sharing.logged(session),
    )
    return list(fsck.inspect(session, settings, sources))


@pytest.fixture
def database(engine):
    """As whoever holds the database: the triggers of the log can be taken away."""
    holder = connect(owned(engine.url.render_as_string(hide_password=False)))
    with on_one_connection(holder) as database:
        yield database
    holder.dispose()


@pytest.fixture
def full(signing, signing_settings, database, tmp_path):
    """A log with entries of every kind that people make, and cosigned."""
    told = car(Chain(signing))
    split = told.world.declared(BEIFENG, "SPLIT-1", **{"stage:all": "12.50"})
    signing.post(BEIFENG, f"/v1/declarations/{split}/withdrawal", json={"reason": "wrong"})
    told.grant(BEIFENG, GUTACHTEN)
    signed = GUTACHTEN.verification(signing.get(BEIFENG, f"/v1/declarations/{split}/jws").text)
    statement = signing.post(GUTACHTEN, "/v1/verifications", json={"verification": signed})
    taken_back = GUTACHTEN.revocation(statement.json()["digest"])
    path = f"/v1/verifications/{statement.json()['digest']}/revocation"
    assert signing.post(GUTACHTEN, path, json={"revocation": taken_back}).status_code == 201
    grant = told.grant(BEIFENG, AURORA, purpose="reporting")
    told.revoke(BEIFENG, grant)
    made = signing.post(AURORA, f"/v1/parts/{told.part(AURORA, 'CAR-1')}/statements", json={})
    assert made.status_code == 201
    signing.post(CELLWERK, f"/v1/keys/{CELLWERK.kid}/revocation", json={})
    gone = told.world.declared(BEIFENG, "SPLIT-2", **{"stage:all": "12.50"})
    signing.post(BEIFENG, f"/v1/declarations/{gone}/withdrawal", json={"reason": "wrong"})
    erased = signing.post(BEIFENG, f"/v1/declarations/{gone}/erasure", json={"reason": "exit"})
    assert erased.status_code == 201
    former = make_hub_key(tmp_path / "former.pem")
    publish_hub_key(signing.session, former, signing_settings.log_origin)
    retire_hub_key(signing.session, former.kid, signing_settings.log_origin)
    signing.session.commit()
    sign_newest(database.write, signing_settings)
    assert bring(signing.client, cosigned(signing.client, W1, W2)).json() == {"kept": 2}
    unbar(signing.session)
    return signing.session


def unbar(session):
    """Whoever holds the database can take the triggers away."""
    for table in inspect(session.connection()).get_table_names():
        if session.connection().dialect.name == "postgresql":
            for bar in ("append_only", "only_erased"):
                session.execute(text(f"DROP TRIGGER IF EXISTS {table}_{bar} ON {table}"))
        else:
            for edit in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{edit}"))


class TestASoundLog:
    def test_has_no_flaw(self, full, signing_settings):
        assert flaws(full, signing_settings) == []

    def test_of_a_hub_without_a_key_has_none_either(self, world, settings):
        car(Chain(world))
        world.grants(BEIFENG, AURORA)
        assert flaws(world.session, settings) == []


class TestAFlippedBit:
    def test_is_found_a_thousand_times(self, full, signing_settings):
        chance = random.Random(SEED)
        places = [
            (table, column, key)
            for table, columns in BYTES.items()
            for column in columns
            for key in keys_of(full, table)
        ]
        assert {table for table, _, _ in places} == set(BYTES)
        missed = []
        for _ in range(FLIPS):
            place = chance.choice(places)
            with full.begin_nested() as savepoint:
                changed = flip(full, *place, chance)
                if not flaws(full, signing_settings):
                    missed.append((place, changed))
                savepoint.rollback()
        assert missed == []
        assert flaws(full, signing_settings) == []

    def test_is_found_in_the_name_that_a_receipt_gives_the_log(self, full, signing_settings):
        for receipt in full.execute(text("SELECT log_index, body FROM receipt")).all():
            body = bytes(receipt.body)
            place = body.index(b"hub.test/log")
            changed = body[:place] + b"g" + body[place + 1 :]
            with full.begin_nested() as savepoint:
                update = text("UPDATE receipt SET body = :body WHERE log_index = :index")
                full.execute(update, {"body": changed, "index": receipt.log_index})
                codes = {flaw.code for flaw in flaws(full, signing_settings)}
                savepoint.rollback()
            assert codes == {"fsck/receipt"}


def keys_of(session, table):
    """The primary key of each row, by column."""
    names = inspect(session.connection()).get_pk_constraint(table)["constrained_columns"]
    columns = ", ".join(f'"{name}"' for name in names)
    rows = session.execute(text(f"SELECT {columns} FROM {table}"))
    return [tuple(zip(names, row, strict=True)) for row in rows]


def flip(session, table, column, key, chance):
    where = " AND ".join(f'"{name}" = :{name}' for name, _ in key)
    value = session.execute(text(f"SELECT {column} FROM {table} WHERE {where}"), dict(key)).scalar()
    changed = flipped_text(value, chance) if isinstance(value, str) else flipped(value, chance)
    update = text(f"UPDATE {table} SET {column} = :changed WHERE {where}")
    session.execute(update.bindparams(bindparam("changed")), {**dict(key), "changed": changed})
    return changed


def flipped(value, chance):
    changed = bytearray(value)
    changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def flipped_text(value, chance):
    """One bit of an ASCII letter; no database keeps a NUL in a text."""
    while True:
        place, bit = chance.randrange(len(value)), chance.randrange(7)
        code = ord(value[place]) ^ 1 << bit
        if value[place].isascii() and code:
            return value[:place] + chr(code) + value[place + 1 :]


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        ("statement", "code"),
        [
            ('DELETE FROM log_entry WHERE "index" = 3', "fsck/index"),
            ("DELETE FROM log_node WHERE level = 1 AND number = 1", "fsck/node"),
            (
                "INSERT INTO log_node VALUES (9, 9, '1234')",
                "fsck/nodes",
            ),
            ("DELETE FROM receipt", "fsck/receipt"),
            ("DELETE FROM declaration_withdrawal", "fsck/bytes"),
            ("DELETE FROM consent_event WHERE kind = 'revoke'", "fsck/bytes"),
            ("DELETE FROM rollup_statement", "fsck/bytes"),
            ("DELETE FROM log_erased", "fsck/bytes"),
            ("DELETE FROM log_erased", "fsck/columns"),
            ("UPDATE hub_key_event SET good_until = 9", "fsck/columns"),
            ("UPDATE log_erasure SET scope = 'company'", "fsck/columns"),
            ("UPDATE log_erased SET log_index = 0 WHERE kind = 'declaration'", "fsck/erased"),
            ("UPDATE declaration_withdrawal SET reason = 'other'", "fsck/columns"),
            ("UPDATE declaration SET supersedes = digest", "fsck/columns"),
            ("DELETE FROM verification_revocation", "fsck/bytes"),
            ("UPDATE verification SET assurance = 'reasonable'", "fsck/columns"),
            ("UPDATE verification SET valid_until = completed_at", "fsck/columns"),
            ("UPDATE verification_revocation SET reason = 'other'", "fsck/columns"),
            ("UPDATE key_event SET witness = 'possession'", "fsck/columns"),
            ("UPDATE signing_key SET not_after = '2030-01-01 00:00:00'", "fsck/columns"),
            ("UPDATE log_entry SET recorded_at = '2020-01-01 00:00:00'", "fsck/columns"),
            ("UPDATE log_entry SET recorded_at = '2020-01-01 00:00:00'", "fsck/receipt"),
            ("UPDATE log_checkpoint SET origin = 'other/log'", "fsck/checkpoint"),
            ("DELETE FROM log_cosignature WHERE key LIKE 'witness1%'", ""),
        ],
    )
    def test_is_named(self, full, signing_settings, statement, code):
        full.execute(text(statement))
        codes = {flaw.code for flaw in flaws(full, signing_settings)}
        assert code in codes if code else codes == set()

    @pytest.mark.parametrize("end", ["NULL", "'2099-01-01 00:00:00'"])
    def test_of_a_key_s_end_is_named(self, full, signing, signing_settings, end):
        company = signing.members[AURORA].company_id
        term = Term("office", now() + timedelta(days=180))
        add_key(full, company, Actor("", "", ("", ""), 99).jwk, "operator", term=term)
        assert flaws(full, signing_settings) == []
        full.execute(text(f"UPDATE signing_key SET not_after = {end} WHERE device = 'office'"))
        assert {flaw.code for flaw in flaws(full, signing_settings)} == {"fsck/columns"}

    def test_of_a_witness_whom_nobody_names_is_said(self, full, signing_settings, witness_file):
        witness_file.write_text(f"witness W1 {W1.key}\nquorum none\n")
        codes = {flaw.code for flaw in flaws(full, signing_settings)}
        assert codes == {"fsck/checkpoint", "fsck/cosignature"}
