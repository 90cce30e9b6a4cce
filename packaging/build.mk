# Installing. Both ends of a VPN can be the launcher: `make install` puts everything in place,
# install-remote and install-local one side each.
DESTDIR ?=
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
UNITDIR ?= $(PREFIX)/lib/systemd/system
NETWORKDIR ?= $(PREFIX)/lib/systemd/network
SSHD_CONFDIR ?= /etc/ssh/sshd_config.d
DOCDIR ?= $(PREFIX)/share/doc/sallyport
SCHEMADIR ?= $(PREFIX)/share/sallyport/schema
# What the administrator has of units, masks among it.
MASKDIR ?= /etc/systemd/system
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
INSTALL ?= install
SETCAP ?= setcap

# What the agent's file is given, and all that it is given: no setuid bit anywhere.
AGENT_FILE_CAPS := cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p

# $(call filled,SOURCE): a file with the build's directories and account written into it.
filled = sed -e 's|@ACCOUNT@|$(ACCOUNT)|g' -e 's|@SYSCONFDIR@|$(SYSCONFDIR)|g' -e 's|@RUNDIR@|$(RUNDIR)|g' -e 's|@SBINDIR@|$(SBINDIR)|g' $(1)
# $(call fill,SOURCE,TARGET): below /usr, where everything is ours.
fill = $(call filled,$(1)) > $(2) && chmod 0644 $(2)
# In /etc what somebody has edited is kept; with FORCE=1 this version's is put in its place.
FORCE ?=
CONFIGURATION := packaging/configuration
# What was put there, to tell that by.
SHIPPEDDIR ?= $(PREFIX)/share/sallyport/etc
SSHD_FRAGMENT = $(DESTDIR)$(SHIPPEDDIR)/sshd_config.d/sallyport.conf $(DESTDIR)$(SSHD_CONFDIR)/sallyport.conf
AGENT_CONF = $(DESTDIR)$(SHIPPEDDIR)/agent.conf $(DESTDIR)$(SYSCONFDIR)/agent.conf

# The account's instance of systemd's user manager, which pam_systemd would start with each login. It is
# known by its number, so that only a host with the account has it: without that number it would be
# everybody's.
MANAGER = $(MASKDIR)/user@$$(id -u $(ACCOUNT)).service

# What the JSON of vpn-policy and vpn-connect looks like.
SCHEMAS := $(sort $(wildcard policy/tool/schema/*.schema.json)) $(sort $(wildcard local/*.schema.json))

# What the checkout's first page leads to.
DOCUMENTS := README.md SECURITY.md BENCHMARKS.md HACKING.md CONTRIBUTING.md NEWS LICENSE

# The launcher's: a link, and what users ask of root.
UNITS := vpn-connect@.service vpn-connect-control.socket vpn-connect-control@.service

# What a newcomer begins with.
EXAMPLES := examples/agent.conf examples/peers/alice.conf examples/connect/office.conf

# Made from what each program's --help says.
COMPLETIONS := $(addprefix $(B)/completions/,vpn-policy vpn-connect)
$(COMPLETIONS): $(B)/completions/%: $(B)/% packaging/completions/generate packaging/completions/template.bash
	@mkdir -p $(@D)
	$(say) GEN $@
	$(Q)packaging/completions/generate $< $(SYSCONFDIR) <packaging/completions/template.bash >$@

all: $(COMPLETIONS)

MAN1 := local/pty-redir.1
MAN5 := $(B)/policy/language/policy.conf.5
MAN8_COMMON := $(B)/policy/tool/vpn-policy.8 agent/ppp/ppptun.8
MAN8_REMOTE := agent/vpn-agent.8 agent/sshroute.8
MAN8_LOCAL := local/vpn-connect.8

install: install-remote install-local

install-common: $(B)/vpn-policy $(B)/ppptun $(B)/completions/vpn-policy $(MAN5) $(MAN8_COMMON)
	$(INSTALL) -d -m 0755 $(DESTDIR)$(SBINDIR) $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBEXECDIR) \
		$(DESTDIR)$(SYSCONFDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(MANDIR)/man5 \
		$(DESTDIR)$(MANDIR)/man8 $(DESTDIR)$(TMPFILESDIR) $(DESTDIR)$(SYSUSERSDIR) \
		$(DESTDIR)$(UNITDIR) $(DESTDIR)$(NETWORKDIR) $(DESTDIR)$(DOCDIR) $(DESTDIR)$(SCHEMADIR) \
		$(DESTDIR)$(BASHCOMPDIR)
	$(INSTALL) -m 0644 packaging/systemd/05-sallyport.network $(DESTDIR)$(NETWORKDIR)/
	$(INSTALL) -m 0755 $(B)/vpn-policy $(DESTDIR)$(SBINDIR)/
	$(INSTALL) -m 0755 $(B)/ppptun $(DESTDIR)$(LIBEXECDIR)/
	$(INSTALL) -m 0644 $(MAN5) $(DESTDIR)$(MANDIR)/man5/
	$(INSTALL) -m 0644 $(MAN8_COMMON) $(DESTDIR)$(MANDIR)/man8/
	$(INSTALL) -m 0644 $(SCHEMAS) $(DESTDIR)$(SCHEMADIR)/
	$(INSTALL) -m 0644 $(B)/completions/vpn-policy $(DESTDIR)$(BASHCOMPDIR)/
	$(INSTALL) -m 0644 $(DOCUMENTS) $(DESTDIR)$(DOCDIR)/
	$(INSTALL) -d -m 0755 $(addprefix $(DESTDIR)$(DOCDIR)/,$(sort $(dir $(EXAMPLES))))
	for example in $(EXAMPLES); do \
		$(INSTALL) -m 0644 policy/$$example $(DESTDIR)$(DOCDIR)/$$example || exit 1; done
	$(if $(DESTDIR),,$(INSTALL) -d -m 0755 $(RUNDIR) $(RUNDIR)/connect)

# The agent belongs to the account's group alone, so the account has to be there first.
install-remote: install-common $(B)/vpn-agent $(B)/sshroute
	@getent group $(ACCOUNT) >/dev/null || { echo "There is no group $(ACCOUNT) yet. Make the account first:" >&2; \
		echo "  useradd --system --user-group --no-create-home --home-dir / --shell $(LIBEXECDIR)/vpn-agent --password '*' $(ACCOUNT)" >&2; exit 1; }
	$(INSTALL) -m 0750 -g $(ACCOUNT) $(B)/vpn-agent $(DESTDIR)$(LIBEXECDIR)/
	$(SETCAP) $(AGENT_FILE_CAPS) $(DESTDIR)$(LIBEXECDIR)/vpn-agent
	$(INSTALL) -m 0755 $(B)/sshroute $(DESTDIR)$(LIBEXECDIR)/
	$(INSTALL) -d -m 0750 -g $(ACCOUNT) $(DESTDIR)$(SYSCONFDIR)/peers
	sed 's/^\(Account[[:space:]]*\)slave/\1$(ACCOUNT)/' policy/examples/agent.conf | \
		$(CONFIGURATION) install $(AGENT_CONF) $(FORCE)
	$(INSTALL) -d -m 0755 $(DESTDIR)$(SSHD_CONFDIR)
	$(call filled,packaging/sshd_config.d/sallyport.conf) | $(CONFIGURATION) install $(SSHD_FRAGMENT) $(FORCE)
	$(call fill,packaging/tmpfiles.d/sallyport.conf,$(DESTDIR)$(TMPFILESDIR)/sallyport.conf)
	$(INSTALL) -m 0644 packaging/sysusers.d/sallyport.conf $(DESTDIR)$(SYSUSERSDIR)/sallyport.conf
	$(INSTALL) -m 0644 $(MAN8_REMOTE) $(DESTDIR)$(MANDIR)/man8/
	$(if $(DESTDIR),,id -u $(ACCOUNT) >/dev/null && if [ -d $(MASKDIR) ] && ! [ -e $(MANAGER) ]; then ln -s /dev/null $(MANAGER); fi)
	$(if $(DESTDIR),,test -e $(RUNDIR)/sessions || $(INSTALL) -m 0660 -g $(ACCOUNT) /dev/null $(RUNDIR)/sessions)

# The directory is put into PATH, so that nothing else may be in it.
install-local: install-common $(B)/vpn-connect $(B)/completions/vpn-connect $(B)/pty-redir $(B)/jump-ssh
	$(INSTALL) -d -m 0755 $(DESTDIR)$(LIBEXECDIR)/jump
	$(INSTALL) -m 0755 $(B)/jump-ssh $(DESTDIR)$(LIBEXECDIR)/jump/ssh
	$(INSTALL) -m 0755 $(B)/vpn-connect $(DESTDIR)$(SBINDIR)/
	$(INSTALL) -m 0755 $(B)/pty-redir $(DESTDIR)$(BINDIR)/
	$(INSTALL) -m 0644 $(B)/completions/vpn-connect $(DESTDIR)$(BASHCOMPDIR)/
	$(INSTALL) -d -m 0750 $(DESTDIR)$(SYSCONFDIR)/connect
	$(INSTALL) -m 0644 $(addprefix packaging/systemd/,$(UNITS)) $(DESTDIR)$(UNITDIR)/
	$(INSTALL) -m 0644 packaging/sysusers.d/sallyport-connect.conf $(DESTDIR)$(SYSUSERSDIR)/
	$(INSTALL) -m 0644 $(MAN1) $(DESTDIR)$(MANDIR)/man1/
	$(INSTALL) -m 0644 $(MAN8_LOCAL) $(DESTDIR)$(MANDIR)/man8/

# Configuration stays: it may be somebody's work. sshd's fragment goes unless it is. Directories go when
# they are empty.
uninstall:
	$(CONFIGURATION) remove $(SSHD_FRAGMENT)
	$(if $(DESTDIR),,if id -u $(ACCOUNT) >/dev/null 2>&1 && [ "$$(readlink $(MANAGER))" = /dev/null ]; then rm $(MANAGER); fi)
	rm -f $(DESTDIR)$(LIBEXECDIR)/vpn-agent $(DESTDIR)$(LIBEXECDIR)/sshroute $(DESTDIR)$(LIBEXECDIR)/ppptun \
		$(DESTDIR)$(LIBEXECDIR)/jump/ssh \
		$(DESTDIR)$(SBINDIR)/vpn-policy $(DESTDIR)$(SBINDIR)/vpn-connect $(DESTDIR)$(BINDIR)/pty-redir \
		$(DESTDIR)$(TMPFILESDIR)/sallyport.conf \
		$(addprefix $(DESTDIR)$(SYSUSERSDIR)/,sallyport.conf sallyport-connect.conf) \
		$(addprefix $(DESTDIR)$(UNITDIR)/,$(UNITS)) \
		$(DESTDIR)$(NETWORKDIR)/05-sallyport.network \
		$(addprefix $(DESTDIR)$(BASHCOMPDIR)/,$(notdir $(COMPLETIONS))) \
		$(addprefix $(DESTDIR)$(SCHEMADIR)/,$(notdir $(SCHEMAS))) \
		$(addprefix $(DESTDIR)$(DOCDIR)/,$(DOCUMENTS) $(EXAMPLES)) \
		$(addprefix $(DESTDIR)$(MANDIR)/man8/,$(notdir $(MAN8_COMMON) $(MAN8_REMOTE) $(MAN8_LOCAL))) \
		$(DESTDIR)$(SHIPPEDDIR)/agent.conf $(DESTDIR)$(SYSCONFDIR)/agent.conf.new \
		$(DESTDIR)$(MANDIR)/man1/pty-redir.1 $(DESTDIR)$(MANDIR)/man5/policy.conf.5
	@rmdir $(addprefix $(DESTDIR),$(DOCDIR)/examples/peers $(DOCDIR)/examples/connect $(DOCDIR)/examples $(DOCDIR) \
		$(SHIPPEDDIR)/sshd_config.d $(SHIPPEDDIR) $(SCHEMADIR) $(dir $(SCHEMADIR)) $(LIBEXECDIR)/jump $(LIBEXECDIR)) 2>/dev/null || true

.PHONY: install install-common install-remote install-local uninstall
