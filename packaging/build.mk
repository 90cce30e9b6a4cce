# Installing. Both ends of a VPN can be the launcher: `make install` puts everything in place,
# install-remote and install-local one side each.
DESTDIR ?=
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
UNITDIR ?= $(PREFIX)/lib/systemd/system
USERUNITDIR ?= $(PREFIX)/lib/systemd/user
NETWORKDIR ?= $(PREFIX)/lib/systemd/network
NETWORKMANAGERDIR ?= $(PREFIX)/lib/NetworkManager/conf.d
SSHD_CONFDIR ?= /etc/ssh/sshd_config.d
DOCDIR ?= $(PREFIX)/share/doc/sallyport
SCHEMADIR ?= $(PREFIX)/share/sallyport/schema
# What the administrator has of units, masks among it.
MASKDIR ?= /etc/systemd/system
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
# Where Debian's zsh looks; that of others does in site-functions.
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/vendor-completions
FISHCOMPDIR ?= $(PREFIX)/share/fish/vendor_completions.d
INSTALL ?= install
SETCAP ?= setcap

# What the agent's file is given, and all that it is given: no setuid bit anywhere.
AGENT_FILE_CAPS := cap_net_admin,cap_setuid,cap_setgid,cap_setpcap=p

# $(call filled,SOURCE): a file with this installation's directories and account in it. In the sources stand
# the directories that are the default.
filled = sed -e 's|@ACCOUNT@|$(ACCOUNT)|g' -e 's|@GROUP@|$(GROUP)|g' \
	-e 's,^\(Account[[:space:]]*\|AuthorizedKeysCommandUser \)slave,\1$(ACCOUNT),' \
	-e 's|/usr/libexec/sallyport|$(LIBEXECDIR)|g' -e 's|/etc/sallyport|$(SYSCONFDIR)|g' \
	-e 's|/etc/ssh/sshd_config\.d|$(SSHD_CONFDIR)|g' -e 's|/run/sallyport|$(RUNDIR)|g' \
	-e 's|^RuntimeDirectory=sallyport$$|RuntimeDirectory=$(RUNDIR:/run/%=%)|' \
	-e 's|/usr/sbin/vpn-|$(SBINDIR)/vpn-|g' -e 's|/usr/share/doc/sallyport|$(DOCDIR)|g' \
	-e 's|/usr/share/sallyport/schema|$(SCHEMADIR)|g' $(1)
# $(call place,DIRECTORY,SOURCE…): files so filled, in a directory that is made. make V=1 shows it.
place = $(INSTALL) -d -m 0755 $(DESTDIR)$(strip $(1)) && \
	for file in $(2); do target=$(DESTDIR)$(strip $(1))/$${file\#\#*/}; \
		$(call filled,"$$file") >"$$target" && chmod 0644 "$$target" || exit 1; done
# $(call put,MODE,DIRECTORY,FILE…): files as they are.
put = $(INSTALL) -d -m 0755 $(DESTDIR)$(strip $(2)) && $(INSTALL) -m $(1) $(3) $(DESTDIR)$(strip $(2))/

# A package is put together below DESTDIR, by anybody: owners, capabilities and run-time state are given
# by what installs the package.
STAGED = $(DESTDIR)
OF_GROUP = $(if $(STAGED),,-g $(GROUP))

# In /etc what somebody has edited is kept; with FORCE=1 this version's is put in its place. Below DESTDIR
# there is nobody to have edited it, and the package manager keeps its own record.
FORCE ?=
CONFIGURATION := packaging/configuration
# What was put there, to tell that by.
SHIPPEDDIR ?= $(PREFIX)/share/sallyport/etc
SSHD_FRAGMENT = $(DESTDIR)$(SHIPPEDDIR)/sshd_config.d/sallyport.conf $(DESTDIR)$(SSHD_CONFDIR)/sallyport.conf
AGENT_CONF = $(DESTDIR)$(SHIPPEDDIR)/agent.conf $(DESTDIR)$(SYSCONFDIR)/agent.conf
# How the fragment has sshd find keys: file or command.
KEYS ?= file
with_keys = $(if $(filter command,$(KEYS)),| sed -f packaging/keys-by-command.sed)
# Of a package, where add-peer finds addresses at once: POOL='10.9.0.0/24 fd00:9::/112'. Without it whoever
# installs chooses.
POOL ?=
with_pool = $(if $(POOL),| sed -f packaging/package.sed -e 's|@POOL@|$(POOL)|')
# $(call configure,CONFIGURATION): from standard input, into /etc.
configure = $(if $(STAGED),cat >$(lastword $(1)) && chmod 0644 $(lastword $(1)),$(CONFIGURATION) install $(1) $(FORCE))

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
# Of users' own service managers: a link without root.
USER_UNITS := vpn-connect@.service

# The remote's: what takes keys that peers hand in.
AGENT_UNITS := sallyport-hand-in.socket sallyport-hand-in@.service

# What a newcomer begins with.
EXAMPLES := examples/agent.conf examples/peers/alice.conf examples/connect/office.conf

# Made from what each program's --help says, for each shell.
COMPLETED := vpn-policy vpn-connect pty-redir
COMPLETIONS := $(COMPLETED:%=$(B)/completions/%) $(COMPLETED:%=$(B)/completions/zsh/_%) \
	$(COMPLETED:%=$(B)/completions/fish/%.fish)
complete = packaging/completions/generate $< $(SYSCONFDIR) <packaging/completions/template.$(1) >$@
$(COMPLETED:%=$(B)/completions/%): $(B)/completions/%: $(HERE)/% packaging/completions/generate packaging/completions/template.bash
	@mkdir -p $(@D)
	$(say) GEN $@
	$(Q)$(call complete,bash)
$(COMPLETED:%=$(B)/completions/zsh/_%): $(B)/completions/zsh/_%: $(HERE)/% packaging/completions/generate packaging/completions/template.zsh
	@mkdir -p $(@D)
	$(say) GEN $@
	$(Q)$(call complete,zsh)
$(COMPLETED:%=$(B)/completions/fish/%.fish): $(B)/completions/fish/%.fish: $(HERE)/% packaging/completions/generate packaging/completions/template.fish
	@mkdir -p $(@D)
	$(say) GEN $@
	$(Q)$(call complete,fish)

all: $(COMPLETIONS)

# $(call completions_of,PROGRAM…): what is installed with these; and as one command of a recipe.
completions_of = $(foreach program,$(1),$(B)/completions/$(program) $(B)/completions/zsh/_$(program) \
	$(B)/completions/fish/$(program).fish)
put_completions = $(call put,0644,$(BASHCOMPDIR),$(1:%=$(B)/completions/%)) && \
	$(call put,0644,$(ZSHCOMPDIR),$(1:%=$(B)/completions/zsh/_%)) && \
	$(call put,0644,$(FISHCOMPDIR),$(1:%=$(B)/completions/fish/%.fish))

MAN1 := local/pty-redir.1
MAN5 := $(B)/policy/language/policy.conf.5
MAN7 := packaging/fleet/sallyport-fleet.7
MAN8_COMMON := $(B)/policy/tool/vpn-policy.8 agent/ppp/ppptun.8
MAN8_REMOTE := agent/vpn-agent.8 agent/sshroute.8
MAN8_LOCAL := local/vpn-connect.8

install: install-remote install-local
install-remote: install-common install-agent
install-local: install-common install-connect

# Examples for sallyport-fleet(7); those that are run are programs.
FLEET_PROGRAMS := sign-peer deliver
FLEET := $(FLEET_PROGRAMS) bird.conf
FLEETDIR = $(DOCDIR)/examples/fleet
FLEET_ROLE := ansible/roles/sallyport_gateway
FLEET_ANSIBLE := ansible/site.yml $(FLEET_ROLE)/defaults/main.yml $(FLEET_ROLE)/tasks/main.yml

install-common: $(B)/vpn-policy $(B)/ppptun $(call completions_of,vpn-policy) $(MAN5) $(MAN8_COMMON)
	$(INSTALL) -d -m 0755 $(DESTDIR)$(SYSCONFDIR)
	$(call put,0755,$(SBINDIR),$(B)/vpn-policy)
	$(call put,0755,$(LIBEXECDIR),$(B)/ppptun)
	$(call put,0644,$(SCHEMADIR),$(SCHEMAS))
	$(call put_completions,vpn-policy)
	$(call put,0644,$(DOCDIR),$(DOCUMENTS))
	$(call put,0644,$(NETWORKDIR),packaging/systemd/05-sallyport.network)
	$(call put,0644,$(NETWORKMANAGERDIR),packaging/NetworkManager/05-sallyport.conf)
	$(Q)$(call place,$(MANDIR)/man5,$(MAN5))
	$(Q)$(call place,$(MANDIR)/man7,$(MAN7))
	$(Q)$(call place,$(MANDIR)/man8,$(MAN8_COMMON))
	$(Q)$(foreach file,$(FLEET_ANSIBLE),$(call place,$(FLEETDIR)/$(dir $(file)),packaging/fleet/$(file)) &&) true
	$(Q)$(call place,$(FLEETDIR),$(FLEET:%=packaging/fleet/%)) && \
		chmod 0755 $(FLEET_PROGRAMS:%=$(DESTDIR)$(FLEETDIR)/%)
	$(Q)$(foreach example,$(EXAMPLES),$(call place,$(DOCDIR)/$(dir $(example)),policy/$(example)) &&) true
	$(if $(STAGED),,$(INSTALL) -d -m 0755 $(RUNDIR) $(RUNDIR)/connect)

# The agent belongs to the account's group alone, so the account has to be there first.
install-agent: $(B)/vpn-agent $(B)/sshroute
	@$(if $(STAGED),,getent group $(GROUP) >/dev/null || { echo "There is no group $(GROUP) yet. Make the account first:" >&2; \
		echo "  useradd --system --user-group --no-create-home --home-dir / --shell $(LIBEXECDIR)/vpn-agent --password '*' $(ACCOUNT)" >&2; exit 1; })
	$(call put,0755,$(LIBEXECDIR),$(B)/sshroute)
	$(INSTALL) -m 0750 $(OF_GROUP) $(B)/vpn-agent $(DESTDIR)$(LIBEXECDIR)/
	$(if $(STAGED),,$(SETCAP) $(AGENT_FILE_CAPS) $(LIBEXECDIR)/vpn-agent)
	$(INSTALL) -d -m 0755 $(DESTDIR)$(SYSCONFDIR) $(DESTDIR)$(SSHD_CONFDIR)
	$(INSTALL) -d -m 0750 $(OF_GROUP) $(DESTDIR)$(SYSCONFDIR)/peers
	$(Q)$(call filled,policy/examples/agent.conf) $(with_pool) | $(call configure,$(AGENT_CONF))
	$(Q)$(call filled,packaging/sshd_config.d/sallyport.conf) $(with_keys) | $(call configure,$(SSHD_FRAGMENT))
	$(Q)$(call place,$(TMPFILESDIR),packaging/tmpfiles.d/sallyport.conf)
	$(Q)$(call place,$(SYSUSERSDIR),packaging/sysusers.d/sallyport.conf)
	$(Q)$(call place,$(UNITDIR),$(addprefix packaging/systemd/,$(AGENT_UNITS)))
	$(Q)$(call place,$(MANDIR)/man8,$(MAN8_REMOTE))
	$(if $(STAGED),,id -u $(ACCOUNT) >/dev/null && if [ -d $(MASKDIR) ] && ! [ -e $(MANAGER) ]; then ln -s /dev/null $(MANAGER); fi)
	$(if $(STAGED),,test -e $(RUNDIR)/sessions || $(INSTALL) -m 0660 -g $(GROUP) /dev/null $(RUNDIR)/sessions)

# The directory jump is put into PATH, so that nothing else may be in it.
install-connect: $(B)/vpn-connect $(call completions_of,vpn-connect pty-redir) $(B)/pty-redir $(B)/jump-ssh
	$(INSTALL) -d -m 0755 $(DESTDIR)$(LIBEXECDIR)/jump $(DESTDIR)$(SYSCONFDIR)
	$(INSTALL) -m 0755 $(B)/jump-ssh $(DESTDIR)$(LIBEXECDIR)/jump/ssh
	$(call put,0755,$(SBINDIR),$(B)/vpn-connect)
	$(call put,0755,$(BINDIR),$(B)/pty-redir)
	$(call put_completions,vpn-connect pty-redir)
	$(INSTALL) -d -m 0750 $(DESTDIR)$(SYSCONFDIR)/connect
	$(Q)$(call place,$(UNITDIR),$(addprefix packaging/systemd/,$(UNITS)))
	$(Q)$(call place,$(USERUNITDIR),$(addprefix packaging/systemd/user/,$(USER_UNITS)))
	$(Q)$(call place,$(SYSUSERSDIR),packaging/sysusers.d/sallyport-connect.conf)
	$(Q)$(call place,$(MANDIR)/man1,$(MAN1))
	$(Q)$(call place,$(MANDIR)/man8,$(MAN8_LOCAL))

# What somebody may be given who has no git: what is committed, and the same bytes whoever makes it.
DIST := sallyport-$(VERSION)
dist: $(B)/$(DIST).tar.gz
$(B)/$(DIST).tar.gz: compare
	@mkdir -p $(@D)
	$(say) DIST $@
	$(Q)packaging/dist $(DIST) $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

# Debian's packages, of what is committed, in $(B)/deb. DEB_OPTIONS='--no-sign -aarm64': for another
# architecture.
DEB_OPTIONS ?= --no-sign
deb: $(B)/deb/stamp
$(B)/deb/stamp: $(B)/$(DIST).tar.gz packaging/deb
	$(say) DEB $(@D)
	$(Q)packaging/deb $< $(@D) $(DEB_OPTIONS)
	@touch $@

# Built by rpmbuild of any distribution; RPM_OPTIONS=--nodeps where it is not that of this host.
rpm: $(B)/$(DIST).tar.gz packaging/rpm/sallyport.spec
	$(say) RPM $(B)/rpm
	@rm -rf $(B)/rpm && mkdir -p $(B)/rpm
	$(Q)rpmbuild -bb $(RPM_OPTIONS) --define '_topdir $(abspath $(B))/rpm' --define '_sourcedir $(abspath $(B))' \
		--define 'sallyport_version $(VERSION)' packaging/rpm/sallyport.spec >$(B)/rpm/log 2>&1 || { tail -n 40 $(B)/rpm/log; exit 1; }

# Configuration stays: it may be somebody's work. sshd's fragment goes unless it is. Directories go when
# they are empty.
uninstall:
	$(CONFIGURATION) remove $(SSHD_FRAGMENT)
	$(if $(STAGED),,if id -u $(ACCOUNT) >/dev/null 2>&1 && [ "$$(readlink $(MANAGER))" = /dev/null ]; then rm $(MANAGER); fi)
	rm -f $(DESTDIR)$(LIBEXECDIR)/vpn-agent $(DESTDIR)$(LIBEXECDIR)/sshroute $(DESTDIR)$(LIBEXECDIR)/ppptun \
		$(DESTDIR)$(LIBEXECDIR)/jump/ssh \
		$(DESTDIR)$(SBINDIR)/vpn-policy $(DESTDIR)$(SBINDIR)/vpn-connect $(DESTDIR)$(BINDIR)/pty-redir \
		$(DESTDIR)$(TMPFILESDIR)/sallyport.conf \
		$(addprefix $(DESTDIR)$(SYSUSERSDIR)/,sallyport.conf sallyport-connect.conf) \
		$(addprefix $(DESTDIR)$(UNITDIR)/,$(UNITS)) \
		$(addprefix $(DESTDIR)$(USERUNITDIR)/,$(USER_UNITS)) \
		$(addprefix $(DESTDIR)$(UNITDIR)/,$(AGENT_UNITS)) \
		$(DESTDIR)$(NETWORKDIR)/05-sallyport.network \
		$(DESTDIR)$(NETWORKMANAGERDIR)/05-sallyport.conf \
		$(COMPLETED:%=$(DESTDIR)$(BASHCOMPDIR)/%) $(COMPLETED:%=$(DESTDIR)$(ZSHCOMPDIR)/_%) \
		$(COMPLETED:%=$(DESTDIR)$(FISHCOMPDIR)/%.fish) \
		$(addprefix $(DESTDIR)$(SCHEMADIR)/,$(notdir $(SCHEMAS))) \
		$(addprefix $(DESTDIR)$(DOCDIR)/,$(DOCUMENTS) $(EXAMPLES)) \
		$(addprefix $(DESTDIR)$(MANDIR)/man8/,$(notdir $(MAN8_COMMON) $(MAN8_REMOTE) $(MAN8_LOCAL))) \
		$(DESTDIR)$(SHIPPEDDIR)/agent.conf $(DESTDIR)$(SYSCONFDIR)/agent.conf.new \
		$(addprefix $(DESTDIR)$(FLEETDIR)/,$(FLEET) $(FLEET_ANSIBLE)) $(DESTDIR)$(MANDIR)/man7/sallyport-fleet.7 \
		$(DESTDIR)$(MANDIR)/man1/pty-redir.1 $(DESTDIR)$(MANDIR)/man5/policy.conf.5
	@rmdir $(addprefix $(DESTDIR),$(addprefix $(FLEETDIR)/,$(FLEET_ROLE)/defaults $(FLEET_ROLE)/tasks $(FLEET_ROLE) ansible/roles ansible) $(FLEETDIR) $(DOCDIR)/examples/peers $(DOCDIR)/examples/connect $(DOCDIR)/examples $(DOCDIR) \
		$(SHIPPEDDIR)/sshd_config.d $(SHIPPEDDIR) $(SCHEMADIR) $(dir $(SCHEMADIR)) $(LIBEXECDIR)/jump $(LIBEXECDIR)) 2>/dev/null || true

.PHONY: deb dist rpm install install-common install-remote install-local install-agent install-connect uninstall
