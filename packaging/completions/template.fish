# SPDX-License-Identifier: ISC
# fish completion of @NAME@, made from its --help.

# The names of the files NAME.conf in directories, of those that can be names. One that may not be read has none.
function @FUNCTION@_names
    for dir in $argv
        for file in $dir/*.conf
            string replace -rf '^.*/([A-Za-z0-9][A-Za-z0-9_-]*)\.conf$' '$1' -- $file
        end
    end
end

# Profiles, of vpn-connect: root's, if they may be read, or what root lets this user see; and the user's own.
function @FUNCTION@_profiles
    @FUNCTION@_names $argv[1]@SYSCONFDIR@/connect ~/.config/sallyport/connect
    if test -z "$argv[1]"; and not test -r @SYSCONFDIR@/connect
        vpn-connect list 2>/dev/null | string replace -rf '^([A-Za-z0-9_-]+)  .*' '$1'
    end
end

# Each of these prints the words of a key, and is false when there is no such key.
function @FUNCTION@_options
    switch $argv[1]
        @OPTIONS case 'KEY'; echo 'WORDS'
        case '*'
            return 1
    end
end

function @FUNCTION@_values
    switch $argv[1]
        @VALUES case 'KEY'; echo 'WORDS'
        case '*'
            return 1
    end
end

function @FUNCTION@_arguments
    switch $argv[1]
        @ARGUMENTS case 'KEY'; echo 'WORDS'
        case '*'
            return 1
    end
end

function @FUNCTION@_commands
    @SUMMARIES printf '%s\t%s\n' 'KEY' 'WORDS'
end

# What may stand in a place, by how the usage calls it; each on a line.
function @FUNCTION@_words --argument-names what cur root
    switch $what
        case '*FILE*' OLD NEW ARGUMENT
            __fish_complete_path $cur
            if string match -q '*PEER*' $what
                @FUNCTION@_words PEER "$cur" $root
            end
        case DIR
            __fish_complete_directories $cur ''
        case USER
            __fish_complete_users
        case COMMAND
            __fish_complete_command
        case PEER
            @FUNCTION@_names $root@SYSCONFDIR@/peers
        case NAME
            test @NAME@ = vpn-connect; or return 0 # it is a new one
            @FUNCTION@_profiles $root
        case '*'
            # Words in capitals stand for what nobody can guess.
            string split '|' -- $what | string match -v -r '[A-Z]'
    end
end

function @FUNCTION@
    set -l before (commandline -opc)
    set -l cur (commandline -ct)
    set -l command -
    set -l first 2
    set -l place 0
    set -l root ''
    set -l what

    # "-" stands for the program itself, where it has no commands.
    if not @FUNCTION@_options - >/dev/null
        if test (count $before) -eq 1
            @FUNCTION@_commands
            printf '%s\n' --help --version
            return
        end
        set command $before[2]
        set first 3
    end
    @FUNCTION@_options $command >/dev/null; or return
    # Which of the arguments it is: options and their values do not count.
    set -l i $first
    while test $i -le (count $before)
        set -l word $before[$i]
        if set -l value (@FUNCTION@_values "$command $word")
            set i (math $i + 1)
            if test $i -gt (count $before)
                set what $value
            else if test "$word" = --root
                set root $before[$i]
            end
        else if not string match -q -- '-*' $word
            set place (math $place + 1)
        end
        set i (math $i + 1)
    end
    if test -z "$what"
        if string match -q -- '-*' "$cur"; and begin; test $command != -; or test $place -eq 0; end
            string split -n ' ' -- (@FUNCTION@_options $command)' --help' | sort -u
            return
        end
        set -l list (string split -n ' ' -- (@FUNCTION@_arguments $command))
        test (count $list) -gt 0; or return
        test $place -lt (count $list); or set place (math (count $list) - 1)
        set what $list[(math $place + 1)]
    end
    @FUNCTION@_words $what "$cur" "$root"
end

complete -c @NAME@ -f -a '(@FUNCTION@)'
