/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Functions in assembly, as those of arch/x86/lib: nothing of them calls ftrace.  What a compiler
 * wrote is known by .comment where strip -g took the file's name away.
 */
#if defined(__x86_64__)
#define CALL(f)	call f
#define RETURN	ret
#define JUMP(f)	jmp f
#elif defined(__aarch64__)
#define CALL(f)	bl f
#define RETURN	ret
#define JUMP(f)	b f
#elif defined(__loongarch__)
#define CALL(f)	bl f
#define RETURN	jr $ra
#define JUMP(f)	b f
#else
#define CALL(f)	bl f; nop	/* where the loader restores r2 */
#define RETURN	blr
#define JUMP(f)	b f
	.abiversion 2
#endif

#define FUNCTION(name)	.type name, %function; name
#define END(name)	.size name, . - name

#ifdef COMMENT
	.section .comment, "MS", %progbits, 1
	.asciz "GCC: (GNU) 12.2.0"
#endif
	.text
	.globl entry
FUNCTION(entry):
	nop
#ifdef ENTRY
	nop
#endif
	RETURN
END(entry)

FUNCTION(helper):
	nop
#ifdef HELPER
	nop
#endif
	RETURN
END(helper)

	.globl caller
FUNCTION(caller):
	CALL(helper)
	RETURN
END(caller)

#ifdef ADDED
	.globl added
FUNCTION(added):
	CALL(helper)
	RETURN
END(added)

	/* Nothing but a branch that the assembler resolves leads to the second one. */
	.globl added_entry
FUNCTION(added_entry):
	nop
	JUMP(added_local)
END(added_entry)

FUNCTION(added_local):
	nop
	nop
	RETURN
END(added_local)
#endif
	.section .note.GNU-stack, "", %progbits
