	.file	"case.c"
	.section	".text"
f:
	bl _mcount
	bl static_function
	mr 3,30
	bl external
	nop
	bl commented                            # a comment
	# only a comment
	mr 3,30
	bl no_toc@notoc
	bl .L3
.L3:
	bl 1f
1:	bl .+4
	bl _savegpr0_29
	b sibling
#APP
	bl by_hand
#NO_APP
	blr
	bl last.constprop.0
