# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# For checks of every kind.

# unread COMMAND…: nobody reads what it prints, output and errors, any more.
unread()
{
	local pipe status=0
	exec {pipe}> >(:)
	wait $!
	"$@" >&"$pipe" 2>&1 || status=$?
	exec {pipe}>&-
	return "$status"
}
