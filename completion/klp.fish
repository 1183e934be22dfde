# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of klp in fish: goes into vendor_completions.d.

function __klp_none
    not __fish_seen_subcommand_from diff post-link convert symbols check checksum load status unload symid kbuild help version
end

function __klp_in
    __fish_seen_subcommand_from $argv
end

complete -c klp -n __klp_none -f
complete -c klp -n __klp_none -a diff -d 'make the livepatch object of two builds'
complete -c klp -n __klp_none -a post-link -d 'finish a linked livepatch module'
complete -c klp -n __klp_none -a convert -d 'make relocations of a module written by hand'
complete -c klp -n __klp_none -a symbols -d 'list the symbols of a kernel'
complete -c klp -n __klp_none -a check -d 'check a livepatch'
complete -c klp -n __klp_none -a checksum -d 'checksums of functions'
complete -c klp -n __klp_none -a load -d 'load a livepatch module'
complete -c klp -n __klp_none -a status -d 'list the livepatches of the running kernel'
complete -c klp -n __klp_none -a unload -d 'disable a livepatch, unload its module'
complete -c klp -n __klp_none -a symid -d 'tie symbols of vmlinux.o to addresses'
complete -c klp -n __klp_none -a kbuild -d 'what klp-build asks about a kernel'
complete -c klp -n __klp_none -a help -d 'tell the commands, or the options of one'
complete -c klp -n __klp_none -a version -d 'tell the version'

complete -c klp -n '__klp_in help' -f -a 'diff post-link convert symbols check checksum load status unload symid kbuild'

complete -c klp -n '__klp_in diff' -l object -x -a vmlinux -d 'the kernel object'
complete -c klp -n '__klp_in diff' -l symvers -r -F -d 'what the kernel exports'
complete -c klp -n '__klp_in diff' -l kernel -r -F -d 'the linked vmlinux or .ko'
complete -c klp -n '__klp_in diff' -l force -x -d 'replace it although it did not change'
complete -c klp -n '__klp_in diff' -l allow-layout -x -d 'its layout may change'
complete -c klp -n '__klp_in diff' -l ignore-section -x -d 'do as if it were not there'
complete -c klp -n '__klp_in diff' -l depends -x -d 'the livepatch may depend on this module'
complete -c klp -n '__klp_in diff' -l force-kernel -d 'use a kernel that differs from ORIG.o'
complete -c klp -n '__klp_in diff' -l no-objtool-tables -d 'leave out what objtool makes later'
complete -c klp -n '__klp_in diff' -l entry-symbols -d 'symbols for entries of special sections'
complete -c klp -n '__klp_in diff' -l entry-size -x -d 'size of the entries of a section'
complete -c klp -n '__klp_in diff' -l pair -x -d 'OLD=NEW: they are twins'
complete -c klp -n '__klp_in diff' -l no-pair -x -d 'it is new'
complete -c klp -n '__klp_in diff' -l write -x -d 'set the word of it that changed'
complete -c klp -n '__klp_in diff' -l no-ignore-line-changes -d 'a line number is a change'
complete -c klp -n '__klp_in diff' -l exit-code -d 'exit 3 if nothing changed'
complete -c klp -n '__klp_in diff' -s f -l show-first-changed -d 'how functions differ first'
complete -c klp -n '__klp_in diff' -l explain -d 'why it is in the output'
complete -c klp -n '__klp_in diff' -l json -r -F -d 'everything, for programs'
complete -c klp -n '__klp_in diff' -s q -l quiet -d 'no summary and no notes'
complete -c klp -n '__klp_in diff' -s v -l verbose -d 'name what the summary counts'
complete -c klp -n '__klp_in diff' -l debug -d 'tell how decisions were made'
complete -c klp -n '__klp_in diff' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in diff' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in post-link' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in post-link' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in convert' -l symbols -r -F -d 'the symbols of the kernel'
complete -c klp -n '__klp_in convert' -l symvers -r -F -d 'what the kernel exports'
complete -c klp -n '__klp_in convert' -l quiet -d 'no summary'
complete -c klp -n '__klp_in convert' -l debug -d 'tell what each symbol became'
complete -c klp -n '__klp_in convert' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in convert' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in symbols' -s o -l output -r -F -d 'write to a file'
complete -c klp -n '__klp_in symbols' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in symbols' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in check' -l orig -r -F -d 'the object as the kernel has it'
complete -c klp -n '__klp_in check' -l patched -r -F -d 'the object with the change'
complete -c klp -n '__klp_in check' -l symvers -r -F -d 'what the kernel exports'
complete -c klp -n '__klp_in check' -l kernel -r -F -d 'the linked vmlinux or .ko'
complete -c klp -n '__klp_in check' -l json -r -F -d 'the findings for programs'
complete -c klp -n '__klp_in check' -l object -x -d 'the object that is to be patched'
complete -c klp -n '__klp_in check' -l entry-size -x -d 'SECTION=BYTES of special entries'
complete -c klp -n '__klp_in check' -l pair -x -d 'OLD=NEW, as klp diff was told'
complete -c klp -n '__klp_in check' -l no-pair -x -d 'it is new, as klp diff was told'
complete -c klp -n '__klp_in check' -l no-objtool-tables -d 'there are none that objtool makes'
complete -c klp -n '__klp_in check' -l allow-layout -x -d 'its layout may change'
complete -c klp -n '__klp_in check' -l ignore-section -x -d 'do as if it were not there'
complete -c klp -n '__klp_in check' -l quiet -d 'say nothing if nothing is wrong'
complete -c klp -n '__klp_in check' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in check' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in load' -l timeout -x -d 'seconds to wait'
complete -c klp -n '__klp_in load' -l root -r -F -d 'where sys and proc are'
complete -c klp -n '__klp_in load' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in load' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in status' -l json -d 'print it for programs'
complete -c klp -n '__klp_in status' -l root -r -F -d 'where sys and proc are'
complete -c klp -n '__klp_in status' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in status' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in unload' -l timeout -x -d 'seconds to wait'
complete -c klp -n '__klp_in unload' -l root -r -F -d 'where sys and proc are'
complete -c klp -n '__klp_in unload' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in unload' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in checksum' -l dry-run -d 'print checksums, write nothing'
complete -c klp -n '__klp_in checksum' -l debug-checksum -x -d 'print what it is made of'
complete -c klp -n '__klp_in checksum' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in checksum' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in symid' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in symid' -s h -l help -d 'tell the options'

complete -c klp -n '__klp_in kbuild' -f -a 'parts config index users made makefiles replay reads report linked'
complete -c klp -n '__klp_in kbuild' -l release -x -d 'the kernel, as uname -r calls it'
complete -c klp -n '__klp_in kbuild' -l headers -r -F -d 'what its modules are built with'
complete -c klp -n '__klp_in kbuild' -l source -r -F -d 'its source, a folder or a tar file'
complete -c klp -n '__klp_in kbuild' -l vmlinux -r -F -d 'vmlinux with its symbols, or the image'
complete -c klp -n '__klp_in kbuild' -l modules -r -F -d 'its modules'
complete -c klp -n '__klp_in kbuild' -l config -r -F -d 'its configuration'
complete -c klp -n '__klp_in kbuild' -l root -r -F -d 'look for all these below it'
complete -c klp -n '__klp_in kbuild' -l build -r -F -d 'the prepared folder'
complete -c klp -n '__klp_in kbuild' -l index -r -F -d 'the index of what is made in it'
complete -c klp -n '__klp_in kbuild' -l tree -r -F -d 'the patched source'
complete -c klp -n '__klp_in kbuild' -l external -d 'the source is of modules outside of the kernel'
complete -c klp -n '__klp_in kbuild' -l moves -d 'the source is in $KLP_TREE'
complete -c klp -n '__klp_in kbuild' -l color -x -a 'auto always never' -d 'colours'
complete -c klp -n '__klp_in kbuild' -s h -l help -d 'tell the options'
