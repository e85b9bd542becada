"""Accounts that sign in, organisations, and the persons, units and roles inside them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from haidang.lib.text import folded, given_name_key
from haidang.web.terms import gettext_lazy as _


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save()
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(email__iexact=username or "")


class Account(AbstractBaseUser):
    """Who signs in: an e-mail address, global to the installation."""

    email = models.EmailField(_("e-mail"), unique=True)
    is_active = models.BooleanField(default=True)
    language = models.CharField(max_length=8, default="vi")
    theme = models.CharField(max_length=8, default="auto")  # auto, light, dark
    time_zone = models.CharField(max_length=64, blank=True)  # blank: the organisation's
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = AccountManager()

    def __str__(self) -> str:
        return self.email


class Organisation(models.Model):
    """A company; organisations never see each other."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    language = models.CharField(max_length=8, default="vi")
    time_zone = models.CharField(max_length=64, default="Asia/Ho_Chi_Minh")
    currency = models.CharField(max_length=3, default="VND")
    fiscal_year_start = models.PositiveSmallIntegerField(default=1)  # month, 1 to 12
    #: Its own words for what the program calls objective, unit and the like (`web.terms`).
    terms = models.JSONField(default=dict, blank=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fiscal_year_start__gte=1, fiscal_year_start__lte=12),
                name="organisation_fiscal_month",
            )
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationSetting(models.Model):
    """A setting of an organisation with the time in which it was valid (latest: until null).

    Keys and their defaults are in `people.settings`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    key = models.CharField(max_length=60)
    value = models.JSONField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "key"],
                condition=Q(until=None),
                name="organisation_setting_current",
            )
        ]


class Unit(models.Model):
    """A department or other part of the tree, or a team that cuts across it."""

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        DIVISION = "division", _("Division")
        DEPARTMENT = "department", _("Department")
        TEAM = "team", _("Team")

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="units")
    number = models.PositiveIntegerField()
    public_id = models.CharField(max_length=16)  # "U-12"
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DEPARTMENT)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, editable=False)
    code = models.CharField(max_length=20, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    #: Ids from the root to this unit, "/1/5/9/": everything below is a prefix match.
    path = models.CharField(max_length=400, editable=False, default="/")
    rank = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    archived_at = models.DateTimeField(null=True, blank=True)
    #: Of a closed unit: the one that took in its people, parts and goals.
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    class Meta:
        ordering = ["rank", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "public_id"], name="unit_public_id"),
            models.CheckConstraint(condition=~Q(id=F("parent_id")), name="unit_not_own_parent"),
        ]
        indexes = [models.Index(fields=["organisation", "path"], name="unit_by_path")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = folded(self.name)[:200]
        super().save(*args, **kwargs)


class UnitHistory(models.Model):
    """How a unit stood (name, kind, parent) in a span of time; the latest has no end."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="history")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12)
    parent = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class Person(models.Model):
    """An account's membership in one organisation; also somebody who has not signed in yet."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="people")
    number = models.PositiveIntegerField()
    public_id = models.CharField(max_length=16)  # "P-120"
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships"
    )
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, editable=False)
    sort_key = models.CharField(max_length=420, editable=False)
    email = models.EmailField(blank=True)
    title = models.CharField(max_length=200, blank=True)  # job title
    region = models.CharField(max_length=120, blank=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    manager = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    joined_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "public_id"], name="person_public_id"),
            models.UniqueConstraint(
                fields=["organisation", "account"],
                condition=Q(account__isnull=False),
                name="person_one_account_per_organisation",
            ),
            models.CheckConstraint(condition=~Q(id=F("manager_id")), name="person_not_own_manager"),
        ]
        indexes = [models.Index(fields=["organisation", "sort_key"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded_name = folded(self.name)[:200]
        self.sort_key = given_name_key(self.name)[:420]
        super().save(*args, **kwargs)


class PersonUnitHistory(models.Model):
    """In which unit, and under which manager, a person was in a span of time."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="unit_history")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="+")
    manager = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)


class UnitLeader(models.Model):
    """A person leads a unit and with it everything below (several leaders are possible)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="leaders")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="leads")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "person"], condition=Q(until=None), name="unit_leader_current"
            )
        ]


class TeamMember(models.Model):
    """Membership of a team across units, beside the primary unit."""

    team = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="teams")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "person"], condition=Q(until=None), name="team_member_current"
            )
        ]


class Role(models.TextChoices):
    """Roles per organisation; leader, owner and the like are relations, not roles."""

    ADMINISTRATOR = "administrator", _("Administrator")
    STRATEGIST = "strategist", _("Strategist")
    HR = "hr", _("HR")
    MEMBER = "member", _("Member")
    VIEWER = "viewer", _("Viewer")
    GUEST = "guest", _("Guest")


class RoleGrant(models.Model):
    """A person holds a role; roles add up. Who holds none is a member."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=16, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role"], condition=Q(until=None), name="role_grant_current"
            )
        ]


class Invitation(models.Model):
    """A link by which a person sets a password and becomes able to sign in; used once."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class Scope(models.TextChoices):
    """What a personal token may do; each holds those before it."""

    READ = "read", _("Read")
    CHECK_IN = "check_in", _("Check in")
    WRITE = "write", _("Create and edit")
    ADMIN = "admin", _("People, units and settings")


class PersonalToken(models.Model):
    """A secret by which a program acts as a person; only its digest is stored."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)  # shown, so that a token can be recognised
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)  # "read", "check_in", "write", "admin"
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class Sequence(models.Model):
    """The last number given to a kind of thing in an organisation (`KR-1042`)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE)
    name = models.CharField(max_length=24)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="sequence_name")
        ]
