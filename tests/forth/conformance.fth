\ SPDX-License-Identifier: MIT OR Apache-2.0
\ Cases for what the core tests leave out, from the text of Forth-2012: core extensions (6.2), double
\ (8), exception (9), locals (13), programming tools (15), string (17), and the engine's own limits.
DECIMAL
: MAX-N  -1 1 RSHIFT ;
: MIN-N  MAX-N INVERT ;

\ 6.2: core extensions
T{ 1 2 NIP -> 2 }T
T{ 1 2 TUCK -> 2 1 2 }T
T{ 1 2 3 0 PICK -> 1 2 3 3 }T
T{ 1 2 3 2 PICK -> 1 2 3 1 }T
T{ 1 2 3 0 ROLL -> 1 2 3 }T
T{ 1 2 3 1 ROLL -> 1 3 2 }T
T{ 1 2 3 2 ROLL -> 2 3 1 }T
T{ 1 2 <> -> TRUE }T
T{ 2 2 <> -> FALSE }T
T{ -1 0 U> -> TRUE }T
T{ 0 -1 U> -> FALSE }T
T{ 0 0> 1 0> -1 0> -> FALSE TRUE FALSE }T
T{ 0 0<> 1 0<> -> FALSE TRUE }T
T{ 1 1 3 WITHIN 3 1 3 WITHIN 0 -1 1 WITHIN 5 -1 1 WITHIN -> TRUE FALSE TRUE FALSE }T
T{ 1 3 1 WITHIN -> FALSE }T
: 2R  1 2 2>R 2R@ 2R> ;
T{ 2R -> 1 2 1 2 }T
: NR  1 2 3 2 N>R 7 NR> ;
T{ NR -> 1 7 2 3 2 }T
: Q  5 0 ?DO I LOOP ;        T{ Q -> 0 1 2 3 4 }T
: Q0 0 0 ?DO I LOOP 9 ;      T{ Q0 -> 9 }T
: QL 5 0 ?DO I I 2 = IF LEAVE THEN LOOP ;  T{ QL -> 0 1 2 }T
: DOWN  -3 3 DO I -2 +LOOP ; T{ DOWN -> 3 1 -1 -3 }T
: A 0 BEGIN 1+ DUP 5 = IF EXIT THEN AGAIN ; T{ A -> 5 }T
: C  CASE 1 OF 10 ENDOF 2 OF 20 ENDOF 30 SWAP ENDCASE ;
T{ 1 C 2 C 3 C -> 10 20 30 }T
: NEST  CASE 1 OF 2 CASE 2 OF 5 ENDOF ENDCASE ENDOF 7 SWAP ENDCASE ;
T{ 1 NEST 2 NEST -> 5 7 }T
T{ :NONAME DUP * ; 7 SWAP EXECUTE -> 49 }T
T{ :NONAME DUP 1 > IF DUP 1- RECURSE * THEN ; CONSTANT FACT 5 FACT EXECUTE -> 120 }T
T{ 5 VALUE V V 6 TO V V -> 5 6 }T
: V! TO V ;  T{ 8 V! V -> 8 }T
DEFER D  T{ ' DUP IS D 3 D -> 3 3 }T
: D! ['] DROP IS D ;  T{ D! 3 4 D -> 3 }T
T{ ACTION-OF D ' DROP = -> TRUE }T
T{ ' NEGATE ' D DEFER! ' D DEFER@ ' NEGATE = 5 D -> TRUE -5 }T
16 BUFFER: B16  T{ B16 16 255 FILL B16 15 + C@ -> 255 }T
: SB S\" a\x41\n\"\\" ;
T{ SB NIP -> 5 }T
T{ SB DROP C@ SB DROP 1+ C@ SB DROP 2 + C@ SB DROP 3 + C@ -> 97 65 10 34 }T
: CQ C" abc" COUNT ;  T{ CQ NIP CQ DROP C@ -> 3 97 }T
T{ PARSE-NAME  word  NIP -> 4 }T
T{ CHAR | PARSE one two|  NIP -> 7 }T
T{ $FF #10 %101 'A' -> 255 10 5 65 }T
T{ $-10 -> -16 }T
T{ HEX FF DECIMAL -> 255 }T
T{ 0 0 <# S" xyz" HOLDS #> NIP -> 3 }T
T{ : TS 1 [ 2 3 + ] LITERAL ; TS -> 1 5 }T
: COMP POSTPONE IF ; IMMEDIATE
: USE COMP 1 ELSE 2 THEN ;  T{ TRUE USE FALSE USE -> 1 2 }T
: CC [ ' DUP COMPILE, ] ;   T{ 4 CC -> 4 4 }T
MARKER GONE : LATER 1 ; GONE
T{ BL WORD LATER FIND NIP -> 0 }T
T{ UNUSED 8 ALLOT UNUSED - -8 ALLOT -> 8 }T
T{ [DEFINED] DUP [UNDEFINED] NOTHING-LIKE-IT -> TRUE TRUE }T
T{ 1 [IF] 2 [ELSE] 3 [THEN] -> 2 }T
T{ 0 [IF] 2 1 [IF] 4 [THEN]
   [ELSE] 3 [THEN] -> 3 }T
T{ SOURCE-ID -> 0 }T
VARIABLE TURNS 0 TURNS !
: HOP IF RESTORE-INPUT DROP THEN ;
T{ SAVE-INPUT 1 TURNS +! TURNS @ 2 < HOP TURNS @ -> 2 }T
SAVE-INPUT
RESTORE-INPUT CONSTANT TOO-LATE
T{ TOO-LATE -> TRUE }T
T{ SYNONYM TWICE 2* 3 TWICE -> 6 }T
T{ SYNONYM WHEN IF : SW WHEN 1 ELSE 2 THEN ; TRUE SW FALSE SW -> 1 2 }T
T{ SYNONYM AGAINST TWICE : SA AGAINST ; 4 SA ' AGAINST EXECUTE -> 16 }T
\ 15: control-flow stack
: ?REPEAT 0 CS-PICK POSTPONE UNTIL ; IMMEDIATE
: CP BEGIN 1+ DUP 3 MOD 0= ?REPEAT DUP 5 MOD 0= UNTIL ;
T{ 0 CP 15 CP -> 15 30 }T
: ?DONE POSTPONE IF 1 CS-ROLL ; IMMEDIATE
: CR1 BEGIN DUP 5 < ?DONE 1+ REPEAT ;
T{ 0 CR1 7 CR1 -> 5 7 }T
T{ S" SOURCE-ID" EVALUATE -> -1 }T
\ 8: double
T{ 1. 2. D+ -> 3. }T
T{ 1. 2. D- -> -1. }T
T{ -1 0 1. D+ -> 0 1 }T
T{ 0 1 1. D- -> -1 0 }T
T{ 1. DNEGATE -> -1. }T
T{ -5. DABS -> 5. }T
T{ 0. D0= 1. D0= 0 1 D0= -> TRUE FALSE FALSE }T
T{ -1. D0< 1. D0< -> TRUE FALSE }T
T{ 1. 2. D< 2. 1. D< -1. 1. D< -> TRUE FALSE TRUE }T
T{ -1. 1. DU< 1. -1. DU< -> FALSE TRUE }T
T{ 1. 1. D= 1. 2. D= -> TRUE FALSE }T
T{ 1. 2. DMAX 1. -2. DMIN -> 2. -2. }T
T{ MIN-N 0 D2* -> 0 1 }T
T{ 0 1 D2/ -> MIN-N 0 }T
T{ -1. D2/ -> -1. }T
T{ 5. 3 M+ 5. -6 M+ -> 8. -1. }T
T{ 10. 7 3 M*/ -> 23. }T
T{ -10. 7 3 M*/ -> -23. }T
T{ 0 1 1 2 M*/ -> MIN-N 0 }T
T{ 5. D>S -> 5 }T
T{ -3 S>D -> -3 -1 }T
T{ 1. 2. 3. 2ROT -> 2. 3. 1. }T
T{ 1. 2CONSTANT TC TC -> 1. }T
T{ 7. 2VALUE TV TV 8. TO TV TV -> 7. 8. }T
: TV! TO TV ;  T{ 9. TV! TV -> 9. }T
2VARIABLE T2  T{ 1 2 T2 2! T2 2@ T2 @ -> 1 2 2 }T
: DL [ 3. ] 2LITERAL ;  T{ DL -> 3. }T
T{ -7 2 / -7 2 MOD 7 -2 /MOD -> -4 1 -1 -4 }T
T{ -7 S>D 2 SM/REM -7 S>D 2 FM/MOD -> -1 -3 1 -4 }T
\ 9: exception
: T1 9 THROW ;  : T2C 1 2 ['] T1 CATCH ;
T{ T2C -> 1 2 9 }T
T{ 5 ' DUP CATCH -> 5 5 0 }T
T{ 0 THROW -> }T
: T3 1 2 3 ['] T1 CATCH ;  T{ T3 -> 1 2 3 9 }T
: T4 ['] T3 CATCH ;        T{ T4 -> 1 2 3 9 0 }T
: T5 1 >R ['] T1 CATCH R> ; T{ T5 -> 9 1 }T
: T6 S" 1 9 THROW 2" EVALUATE ;  T{ ' T6 CATCH SOURCE-ID -> 9 0 }T
: T7 ABORT ;        T{ ' T7 CATCH -> -1 }T
: T8 ABORT" no" ;   T{ 0 T8 1 ' T8 CATCH NIP -> -2 }T
: UNDER DROP ;      T{ : TU DEPTH 0 ?DO DROP LOOP ['] UNDER CATCH ; TU -> -4 }T
T{ 1 0 ' / CATCH NIP NIP -> -10 }T
T{ MIN-N -1 ' / CATCH NIP NIP -> -11 }T
T{ 0 ' @ CATCH NIP -> -9 }T
T{ 1 -1 ' ! CATCH NIP NIP -> -9 }T
T{ HERE UNUSED + 4096 + ' C@ CATCH NIP -> -9 }T
T{ HERE UNUSED + 1- C@ DROP -> }T
T{ HERE -1 1 ' FILL CATCH NIP NIP NIP -> -9 }T
T{ HERE DUP UNUSED 4097 + ' MOVE CATCH NIP NIP NIP -> -9 }T
T{ 123456 ' EXECUTE CATCH NIP -> -13 }T
T{ 0 ' EXECUTE CATCH NIP -> -13 }T
T{ ' DUP ' >BODY CATCH NIP -> -31 }T
: DEEP RECURSE ;    T{ ' DEEP CATCH -> -53 }T
: FLOOD BEGIN 1 AGAIN ;  T{ ' FLOOD CATCH -> -3 }T
: RFLOOD BEGIN 1 >R AGAIN ;  T{ ' RFLOOD CATCH -> -5 }T
: RDRY BEGIN R> DROP AGAIN ; T{ ' RDRY CATCH -> -6 }T
T{ UNUSED 1+ ' ALLOT CATCH NIP -> -8 }T
T{ -100000 ' ALLOT CATCH NIP -> -8 }T
T{ S" undefined-word" ' EVALUATE CATCH NIP NIP -> -13 }T
DEFER LOOPED  T{ ' LOOPED IS LOOPED ' LOOPED CATCH -> -53 }T
T{ 5 1 BASE ! ' . CATCH DECIMAL NIP -> -40 }T
\ 13: locals
: L1 {: a b :} b a ;         T{ 1 2 L1 -> 2 1 }T
: L2 {: a b | c -- d :} a b + TO c c c * ;  T{ 1 2 L2 -> 9 }T
: L3 {: n :} n 0= IF 0 EXIT THEN n n 1- RECURSE + ;  T{ 4 L3 -> 10 }T
: L4 {: a :} 3 0 DO a I + LOOP ;  T{ 5 L4 -> 5 6 7 }T
: L5 {: a :} 5 THROW ;
: L6 {: a b :} 1 ['] L5 CATCH NIP a b ;  T{ 8 9 L6 -> 5 8 9 }T
: L7 {: A :} a ;             T{ 3 L7 -> 3 }T
: LOC BL WORD COUNT (LOCAL) ; IMMEDIATE
: ENDLOC 0 0 (LOCAL) ; IMMEDIATE
: L8 LOC x LOC y ENDLOC x y - ;  T{ 1 5 L8 -> 4 }T
: L9 CREATE , DOES> @ {: n :} n n * ;  T{ 6 L9 SQ SQ -> 36 }T
: L10 {: a | b :} a 0 ?DO I b + TO b LOOP b ;  T{ 5 L10 -> 10 }T
: L11 LOCALS| c b a | a b c ;  T{ 1 2 3 L11 -> 1 2 3 }T
: L12 LOCALS| n | n 0= IF 0 EXIT THEN n n 1- RECURSE + ;  T{ 4 L12 -> 10 }T
\ 16: search order
T{ GET-ORDER -> FORTH-WORDLIST 1 }T
T{ GET-CURRENT -> FORTH-WORDLIST }T
MARKER NO-LISTS
WORDLIST CONSTANT WL
: WL> GET-ORDER NIP WL SWAP SET-ORDER ;
T{ ALSO WL> GET-ORDER -> FORTH-WORDLIST WL 2 }T
T{ DEFINITIONS GET-CURRENT -> WL }T
: ONLY-HERE 1 ;  : DUP 2 ;
T{ ONLY-HERE DUP -> 1 2 }T
PREVIOUS DEFINITIONS
T{ BL WORD ONLY-HERE FIND NIP 3 DUP -> 0 3 3 }T
T{ S" ONLY-HERE" WL SEARCH-WORDLIST SWAP EXECUTE -> -1 1 }T
T{ S" IF" FORTH-WORDLIST SEARCH-WORDLIST NIP -> 1 }T
T{ S" NOTHING-LIKE-IT" WL SEARCH-WORDLIST -> 0 }T
T{ ALSO WL> FORTH GET-ORDER -> FORTH-WORDLIST DUP 2 }T
T{ ONLY GET-ORDER -> FORTH-WORDLIST 1 }T
T{ -1 SET-ORDER GET-ORDER -> FORTH-WORDLIST 1 }T
T{ 99 ' SET-CURRENT CATCH NIP -> -24 }T
T{ 1 99 1 ' SET-ORDER CATCH NIP NIP NIP -> -24 }T
: MANY 20 0 DO WORDLIST DROP LOOP ;  T{ ' MANY CATCH -> -8 }T
: DEEPER 20 0 DO ALSO LOOP ;  T{ ' DEEPER CATCH ONLY -> -49 }T
NO-LISTS
T{ WORDLIST WORDLIST - -> -1 }T
\ 17: string
: S1 S" abcdefg" ;  : S2 S" cde" ;  : S3 S" xyz" ;
T{ S1 S2 SEARCH ROT DROP -> 5 TRUE }T
T{ S1 S3 SEARCH -> S1 FALSE }T
T{ S1 S1 DROP 0 SEARCH -> S1 TRUE }T
T{ S1 S1 COMPARE -> 0 }T
T{ S1 S2 COMPARE S2 S1 COMPARE -> -1 1 }T
T{ S1 S1 1- COMPARE S1 1- S1 COMPARE -> 1 -1 }T
T{ S1 2 /STRING NIP -> 5 }T
T{ S" ab  " -TRAILING NIP -> 2 }T
T{ S"     " -TRAILING NIP -> 0 }T
T{ PAD 5 BLANK PAD 4 + C@ -> 32 }T
: SL [ S" literal" ] SLITERAL ;  T{ SL S" literal" COMPARE -> 0 }T
T{ S1 PAD SWAP CMOVE PAD 7 S1 COMPARE -> 0 }T
T{ PAD PAD 1+ 5 CMOVE PAD 6 + C@ PAD 5 + C@ -> 'g' 'a' }T
T{ S1 PAD SWAP CMOVE> PAD PAD 1+ 6 CMOVE> PAD 1+ 6 S1 1- COMPARE -> 0 }T
: HI S" hi" ;  : IT S" it" ;
HI S" greeting" REPLACES  IT S" thing" REPLACES
: SU PAD 80 SUBSTITUTE ;
T{ S" %greeting%, %thing% is" SU -ROT S" hi, it is" COMPARE -> 2 0 }T
T{ S" 100%% of %none%." SU -ROT S" 100% of %none%." COMPARE -> 0 0 }T
T{ S" 5% of %thing%" SU -ROT S" 5% of it" COMPARE -> 1 0 }T
T{ S" %greeting%" PAD 1 SUBSTITUTE NIP NIP -> -78 }T
T{ S" a%b" PAD UNESCAPE S" a%%b" COMPARE -> 0 }T
IT S" greeting" REPLACES
T{ S" %GREETING%" SU -ROT S" it" COMPARE -> 1 0 }T
T{ DEPTH -> 0 }T
.( END OF TESTS) CR
