# SPDX-License-Identifier: MIT OR Apache-2.0
# shellcheck shell=bash
#
# Completion of ranvier's command line in bash: `source tools/ranvier/completion/ranvier.bash`.
# Commands and options are asked of the program itself.

_ranvier() {
    local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local first=1 words
    ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[1]} == help ]] && first=2
    local command=${COMP_WORDS[first]}
    if ((COMP_CWORD == first)); then
        words=$("$program" help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' | sort -u)
    elif ((COMP_CWORD == first + 1)) && [[ $command == config || $command == agent ]]; then
        words=$("$program" help | sed -n "s/^  $command \([a-z][a-z]*\) .*/\1/p")
    elif [[ $before == --level || $before == --set ]]; then
        words="error warning info debug"
    elif [[ $word == -* ]]; then
        [[ $command == config || $command == agent ]] && command+=" ${COMP_WORDS[2]}"
        # shellcheck disable=SC2086  # a command may be two words
        words=$("$program" $command --help | grep -o -e '--[a-z][a-z-]*' | sort -u)
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o filenames -F _ranvier ranvier
