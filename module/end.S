/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Last object of the link: where the entries of .init.klp_objects and __klp_writes end. */
	.section .init.klp_objects, "aw", %progbits
	.balign 8
	.globl __klp_module_objects_end
	.hidden __klp_module_objects_end
__klp_module_objects_end:

	.section __klp_writes, "aw", %progbits
	.balign 8
	.globl __klp_module_writes_end
	.hidden __klp_module_writes_end
__klp_module_writes_end:

	.section .note.GNU-stack, "", %progbits
