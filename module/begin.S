/* SPDX-License-Identifier: GPL-2.0-or-later */
/* First object of the link: where the entries of .init.klp_objects begin. */
	.section .init.klp_objects, "aw", %progbits
	.balign 8
	.globl __klp_module_objects_begin
	.hidden __klp_module_objects_begin
__klp_module_objects_begin:

	.section .note.GNU-stack, "", %progbits
