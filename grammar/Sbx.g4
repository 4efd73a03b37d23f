/*
 * The sbx policy language, version 1.
 *
 * What a reader should know before the rules (grammar/README.md says it at length):
 *
 * - A statement stands on a line of its own. A list goes on after a comma, also on the next line.
 *   `except`, `because` and `accept` may start a continuation line: the tokens that the parser gets
 *   have no NEWLINE before these words. Blocks and sets are the only things in braces.
 * - Words are what patterns, names and numbers are made of. Every keyword is also a word, so a
 *   variable may be called `limit`. Names of operations, systems and limits are words as well: their
 *   tables are in the compiler, not here.
 * - The lexer reads bytes. A byte above 127 is a letter of a word or a text (the stream hands all of
 *   them over as one and the same letter); text that is not UTF-8 never gets this far.
 * - No parser rule is recursive, and a decision looks at one token, two in `let` and in what `use`
 *   leaves out: parsing is linear, and hostile nesting cannot grow a stack. The compiler predicts
 *   with SLL.
 * - The lexer is total: what fits nothing is STRAY or UNTERMINATED, so that the parser alone
 *   decides what is an error and words it.
 */
grammar Sbx;

// The compiler calls `line` until the end of the file, to free each line's tree at once.
file : line* EOF ;

line : NEWLINE
     | statement ( NEWLINE | EOF )
     ;

statement
  : version | policy | use | param | let | ruleStatement | setEnv | limit | assertion | test | on
  ;

// sbx 1                    first in every file
version : SBX word ;

// policy agent "A coding agent working in one checkout"
policy : POLICY name text? ;

// use std/base, "team.sbx"      use std/secrets except ~/.ssh/known_hosts, env AWS_PROFILE
use : USE target ( ( COMMA NEWLINE* target )+ | useExcept )? ;

target : word | STRING ;

useExcept : EXCEPT useException ( COMMA NEWLINE* useException )* ;

useException : operation item | item ;

// param workspace = $cwd
param : PARAM name ( EQUALS pattern )? ;

// let caches = { ~/.npm/**, ~/.cache/** }      let blocked = hosts "list.txt"
let : LET name EQUALS ( listFile | items ) ;

listFile : HOSTS text ;

// deny read ~/.ssh/** except ~/.ssh/known_hosts because "credentials" accept widened "why"
ruleStatement : effect operation items exceptClause? becauseClause? acceptClause? ;

effect : ALLOW | DENY | ASK ;

operation : word ;

exceptClause : EXCEPT items ;

becauseClause : BECAUSE text ;

acceptClause : ACCEPT WIDENED text ;

// set env CI = "1"
setEnv : SET ENV name EQUALS text ;

// limit processes 512, memory 8GiB
limit : LIMIT limitItem ( COMMA NEWLINE* limitItem )* ;

limitItem : name value ;

value : word ;

// assert never read ~/.ssh/id_*      assert within "company-baseline.sbx"
assertion : ASSERT ( ( NEVER | ALWAYS ) operation items | WITHIN text ) ;

// test "npm can install" { allow connect www.npmjs.org }
test : TEST text LBRACE testLine? ( NEWLINE testLine? )* RBRACE ;

testLine : effect operation pattern ( COMMA NEWLINE* pattern )* becauseClause? ;

// on macos { allow mach com.apple.trustd.agent }
on : ON os LBRACE inner? ( NEWLINE inner? )* RBRACE ;

os : word ;

inner : ruleStatement | setEnv | limit | assertion | test ;

items : item ( COMMA NEWLINE* item )* ;

item : pattern | set ;

set : LBRACE NEWLINE* ( pattern ( COMMA NEWLINE* pattern )* NEWLINE* )? RBRACE ;

pattern : word | STRING ;

name : word ;

text : STRING ;

word
  : WORD
  | SBX | POLICY | USE | PARAM | LET | ALLOW | DENY | ASK | SET | LIMIT | ASSERT | TEST | ON
  | EXCEPT | BECAUSE | ACCEPT | WIDENED | HOSTS | ENV | NEVER | ALWAYS | WITHIN
  ;

SBX     : 'sbx' ;
POLICY  : 'policy' ;
USE     : 'use' ;
PARAM   : 'param' ;
LET     : 'let' ;
ALLOW   : 'allow' ;
DENY    : 'deny' ;
ASK     : 'ask' ;
SET     : 'set' ;
LIMIT   : 'limit' ;
ASSERT  : 'assert' ;
TEST    : 'test' ;
ON      : 'on' ;
EXCEPT  : 'except' ;
BECAUSE : 'because' ;
ACCEPT  : 'accept' ;
WIDENED : 'widened' ;
HOSTS   : 'hosts' ;
ENV     : 'env' ;
NEVER   : 'never' ;
ALWAYS  : 'always' ;
WITHIN  : 'within' ;

COMMA   : ',' ;
EQUALS  : '=' ;
LBRACE  : '{' ;
RBRACE  : '}' ;
NEWLINE : '\r'? '\n' ;
BLANK   : [ \t]+ -> skip ;
COMMENT : '#' ~[\r\n]* -> channel(HIDDEN) ;

// One line. A reason or a title knows the escapes \" \\ \n \t; in a pattern a backslash makes the
// next byte literal. Which of the two it is depends on the place, so any escape is taken here.
STRING : '"' TEXT_BYTE* '"' ;

UNTERMINATED : '"' TEXT_BYTE* '\\'? ;

// A brace group glued to a word belongs to it (`src/{a,b}.c`, `${name}`), and so does the comma of
// a list of ports (`db:5432,6432`). A brace that starts a word opens a set instead.
WORD : ( WORD_START | ESCAPE | PORTS ) ( WORD_BYTE | ESCAPE | PORTS | GROUP )* ;

STRAY : . ;

fragment TEXT_BYTE  : ~["\\\r\n] | ESCAPE ;
fragment ESCAPE     : '\\' ~[\r\n] ;
fragment WORD_BYTE  : ~[ \t\r\n,={}"\\] ;
fragment WORD_START : ~[ \t\r\n,={}"\\#] ;
fragment PORTS      : ':' RANGE ( ',' RANGE )+ ;
fragment RANGE      : [0-9]+ ( '-' [0-9]+ )? ;
fragment GROUP      : '{' ( WORD_BYTE | ESCAPE | ',' | GROUP )* '}' ;
