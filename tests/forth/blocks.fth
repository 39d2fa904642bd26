\ SPDX-License-Identifier: MIT OR Apache-2.0
\ Conformance of the block words (Forth-2012, chapter 7), written from the standard's text, and KEEP
\ and WIPE, which are ours. main.c has two buffers and 40 blocks, of which the last cannot be read and
\ the one before it cannot be written.
DECIMAL
: CLEAN ( u -- ) BUFFER 1024 BLANK UPDATE ;
: PUT ( c-addr u line block -- ) BLOCK SWAP 64 * + SWAP MOVE UPDATE ;
: WIPED 37 0 DO I CLEAN LOOP FLUSH ;  WIPED
\ 7.6.1.0800 BLOCK, 7.6.1.2400 UPDATE, 7.6.1.1559 FLUSH
T{ 20 BLOCK DUP ALIGNED = -> TRUE }T
T{ 20 BLOCK 20 BLOCK = -> TRUE }T
T{ 20 BLOCK 21 BLOCK = -> FALSE }T
T{ 'A' 20 BLOCK C! UPDATE 'B' 21 BLOCK 1023 + C! UPDATE FLUSH -> }T
T{ 22 BLOCK C@ 23 BLOCK C@ 20 BLOCK C@ 21 BLOCK 1023 + C@ -> BL BL 'A' 'B' }T
\ a third block takes the buffer that was not asked for the longest, and what was in it is written
T{ 'C' 20 BLOCK C! UPDATE 21 BLOCK DROP 22 BLOCK DROP 20 BLOCK C@ -> 'C' }T
\ without UPDATE a change is lost with the buffer
T{ 'D' 20 BLOCK C! 21 BLOCK DROP 22 BLOCK DROP 20 BLOCK C@ -> 'C' }T
\ UPDATE is for the block that was asked for last
T{ 20 BLOCK 21 BLOCK DROP 'X' SWAP C! UPDATE FLUSH 20 BLOCK C@ -> 'C' }T
\ 7.6.1.0820 BUFFER, which needs not read
T{ 20 BUFFER 1024 'E' FILL UPDATE FLUSH 20 BLOCK 512 + C@ -> 'E' }T
\ 7.6.1.2180 SAVE-BUFFERS keeps the buffers, 7.6.2.1330 EMPTY-BUFFERS drops them
T{ 20 BLOCK 'F' OVER C! UPDATE SAVE-BUFFERS C@ EMPTY-BUFFERS 20 BLOCK C@ -> 'F' 'F' }T
T{ 'G' 20 BLOCK C! UPDATE EMPTY-BUFFERS 20 BLOCK C@ -> 'F' }T
\ numbers and media that are wrong: table 9.1, -33 to -35
T{ 40 ' BLOCK CATCH NIP -> -35 }T
T{ -1 ' BLOCK CATCH NIP -> -35 }T
T{ 39 ' BLOCK CATCH NIP -> -33 }T
T{ 39 BUFFER DROP EMPTY-BUFFERS -> }T
: SPOIL 38 BUFFER DROP UPDATE FLUSH ;
T{ ' SPOIL CATCH -> -34 }T
T{ ' FLUSH CATCH EMPTY-BUFFERS ' FLUSH CATCH -> -34 0 }T
T{ 0 ' LOAD CATCH NIP 39 ' LOAD CATCH NIP 40 ' LOAD CATCH NIP -> -35 -33 -35 }T
\ buffers end where the task's memory does
T{ 20 BLOCK 1024 + 21 BLOCK 1024 + MAX ' C@ CATCH NIP -> -9 }T
\ 7.6.1.1790 LOAD, 7.6.1.0790 BLK
VARIABLE SEEN
S" BLK @ SEEN !  : TWICE DUP + ;  21 TWICE" 0 20 CLEAN 20 PUT
T{ 20 LOAD -> 42 }T
T{ SEEN @ BLK @ -> 20 0 }T
S" : OVER-LINES 4" 0 21 CLEAN 21 PUT  S" 5 ;" 1 21 PUT
T{ 21 LOAD OVER-LINES -> 4 5 }T
\ what is left on the stack by a block stays, and nesting ends where it began
S" 1 20 LOAD 2" 0 21 CLEAN 21 PUT
T{ 0 21 LOAD 3 -> 0 1 42 2 3 }T
: INNER 21 LOAD ;
T{ INNER -> 1 42 2 }T
\ a source whose buffer was taken meanwhile is read again; a change to it is not lost
S" 30 BLOCK 31 BLOCK 32 BLOCK 2DROP DROP 7" 0 22 CLEAN 22 PUT  S" 8" 1 22 PUT
T{ 22 LOAD -> 7 8 }T
S" 9 0 22 BLOCK 1000 + C! UPDATE 30 BLOCK 31 BLOCK 2DROP 5" 0 22 CLEAN 22 PUT
T{ 22 LOAD -> 9 5 }T
T{ 22 BLOCK 1000 + C@ -> 0 }T
\ 6.1.1360 EVALUATE from a block makes BLK zero, and the block goes on behind it
: IN-STRING S" BLK @ 2 3 +" EVALUATE ;
S" IN-STRING BLK @" 0 22 CLEAN 22 PUT
T{ 22 LOAD -> 0 5 22 }T
\ what is thrown in a block restores the source that was before
S" 1 2 3 -77 THROW 4" 0 22 CLEAN 22 PUT
: TRY 22 ['] LOAD CATCH NIP BLK @ ;
T{ TRY -> -77 0 }T
S" 5 24 ' LOAD CATCH NIP BLK @ 6" 0 23 CLEAN 23 PUT
S" 30 BLOCK 31 BLOCK 2DROP -78 THROW" 0 24 CLEAN 24 PUT
T{ 23 LOAD -> 5 -78 23 6 }T
\ blocks that load themselves
T{ : DEEP 25 LOAD ; S" DEEP" 0 25 CLEAN 25 PUT 25 ' LOAD CATCH NIP -> -53 }T
\ 7.6.2.2535 \ ends with a line of 64, 6.1.0080 ( with its parenthesis, 6.2.2008 PARSE with the block
S" 1 \ 2 3 4" 0 22 CLEAN 22 PUT  S" 5 ( 6" 1 22 PUT  S" 7 ) 8" 2 22 PUT
T{ 22 LOAD -> 1 5 8 }T
S" 1 \" 0 22 CLEAN 22 PUT  S" 2 CHAR ~ PARSE 3" 1 22 PUT
T{ 22 LOAD NIP -> 1 2 945 }T
\ 6.1.0070 ' and strings in a block
S" ' DUP S' a' NIP" 0 22 CLEAN 22 PUT
T{ : S' [CHAR] ' PARSE ; 22 LOAD SWAP ' DUP = -> 1 TRUE }T
\ 7.6.2.2125 REFILL goes on with the next block
S" 1 REFILL 2 ( not read )" 0 26 CLEAN 26 PUT  S" 3 BLK @" 0 27 CLEAN 27 PUT
T{ 26 LOAD -> 1 TRUE 3 27 }T
\ [IF] skips over the end of a block
S" 0 [IF] 1" 0 26 CLEAN 26 PUT  S" 2 [ELSE] 3 [THEN] 4" 0 27 CLEAN 27 PUT
T{ 26 LOAD -> 3 4 }T
\ 7.6.2.2280 THRU
S" 100" 0 28 CLEAN 28 PUT  S" 101" 0 29 CLEAN 29 PUT  S" 102" 0 30 CLEAN 30 PUT
T{ 28 30 THRU -> 100 101 102 }T
T{ 28 28 THRU 29 28 THRU -> 100 }T
S" 28 29 THRU 30 LOAD" 0 31 CLEAN 31 PUT
T{ 31 LOAD -> 100 101 102 }T
: ALL >R 28 30 THRU R> ;
T{ 9 ALL -> 100 101 102 9 }T
S" -79 THROW" 0 29 CLEAN 29 PUT
: TRY-THRU 28 30 ['] THRU CATCH ;
T{ TRY-THRU NIP NIP BLK @ -> -79 0 }T
T{ 28 LOAD -> 100 }T
\ 6.1.2216 SOURCE, and 6.2.2182 SAVE-INPUT, in a block
VARIABLE ROUNDS
S" SOURCE NIP SAVE-INPUT 1 ROUNDS +! ROUNDS @ 1 = [IF]" 0 22 CLEAN 22 PUT
S" RESTORE-INPUT [ELSE] [THEN] ROUNDS @" 1 22 PUT
T{ 22 LOAD -> 1024 0 2 }T
\ 7.6.2.2190 SCR, 7.6.2.1770 LIST
S" LISTED" 0 22 CLEAN 22 PUT
T{ 22 LIST SCR @ -> 22 }T
T{ S" BLOCK" ENVIRONMENT? -> TRUE TRUE }T
\ KEEP and WIPE
T{ 33 WIPE 33 LOAD -> }T
33 KEEP : KEPT 11 ;
33 KEEP : LONGER 1 2 3 4 5 6 7 8 9 + + + + + + + + 100 200 300 400 500 + + + + + ; KEPT
33 KEEP LONGER
T{ EMPTY-BUFFERS 33 LOAD -> 11 1545 }T
T{ 33 BLOCK 3 64 * + C@ -> 'L' }T
34 WIPE
34 KEEP 123456789012345678901234567890123456789012345678901234567890 DROP
34 KEEP 17
T{ 34 LOAD -> 17 }T
: TOO-MUCH 20 0 DO S" 34 KEEP 18" EVALUATE LOOP ;
T{ ' TOO-MUCH CATCH -> -258 }T
T{ 40 ' WIPE CATCH NIP -> -35 }T
T{ DEPTH -> 0 }T
.( END OF TESTS) CR
