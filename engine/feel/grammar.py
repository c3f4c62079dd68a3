"""The grammar of FEEL, LALR(1) without conflicts over the lexer's tokens. Makes trees only."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken
from lark.lexer import Lexer as LarkLexer

from engine.feel.budget import MAX_SOURCE
from engine.feel.errors import FeelSyntaxError
from engine.feel.lexer import Lexer
from engine.feel.type_system import Type

_GRAMMAR = r"""
?expression: disjunction
  | _IF expression _THEN expression _ELSE expression      -> if_
  | _FOR iterators _RETURN expression                     -> for_
  | _SOME iterators _SATISFIES expression                 -> some
  | _EVERY iterators _SATISFIES expression                -> every
  | _FUNCTION _LPAR [parameters] _RPAR expression         -> function
  | _FUNCTION _LPAR [parameters] _RPAR _EXTERNAL expression -> external
  | COMPARE sum                                           -> operator_range
iterators: iterator (_COMMA iterator)*
iterator: NAME _IN expression [_DOTDOT expression]
parameters: parameter (_COMMA parameter)*
parameter: NAME [_COLON TYPE]
?disjunction: conjunction
  | conjunction (_OR conjunction)+                        -> or_
?conjunction: comparison
  | comparison (_AND comparison)+                         -> and_
?comparison: sum
  | comparison COMPARE sum                                -> compare
  | comparison _BETWEEN sum _AND sum                      -> between
  | comparison _IN in_tests                               -> in_
  | comparison _INSTANCE TYPE                             -> instance
in_tests: sum
  | COMPARE sum                                           -> in_operator
  | _LPAR expression (_COMMA expression)+ _RPAR           -> in_many
?sum: product
  | sum PLUS product                                      -> add
  | sum MINUS product                                     -> subtract
?product: power
  | product TIMES power                                   -> multiply
  | product DIVIDE power                                  -> divide
?power: unary
  | power POWER unary                                     -> power
?unary: postfix
  | MINUS unary                                           -> negate
?postfix: primary
  | postfix _DOT NAME                                     -> path
  | postfix _LSQB expression _RSQB                        -> filter
  | postfix _LPAR [arguments] _RPAR                       -> call
arguments: expression (_COMMA expression)*                -> by_position
  | argument (_COMMA argument)*                           -> by_name
argument: NAME _COLON expression
?primary: NUMBER                                          -> number
  | STRING                                                -> string
  | AT                                                    -> at
  | TRUE                                                  -> true
  | FALSE                                                 -> false
  | NULL                                                  -> null
  | NAME                                                  -> name
  | _LPAR expression _RPAR                                -> group
  | EMPTY                                                 -> list
  | _LSQB expression (_COMMA expression)* _RSQB           -> list
  | _LBRACE [entry (_COMMA entry)*] _RBRACE               -> context
  | _LPAR expression _DOTDOT expression range_end         -> range_open
  | _OPENER expression _DOTDOT expression range_end       -> range_open
  | _LSQB expression _DOTDOT expression range_end         -> range_closed
range_end: _RSQB                                          -> closed
  | _RPAR                                                 -> open
  | _CLOSER                                               -> open
entry: (NAME | STRING) _COLON expression
unary_tests: expression (_COMMA expression)*
%declare _IF _THEN _ELSE _FOR _RETURN _SOME _EVERY _SATISFIES _FUNCTION _EXTERNAL _IN _OR _AND
%declare _BETWEEN _INSTANCE _LPAR _RPAR _LSQB _RSQB _LBRACE _RBRACE _OPENER _CLOSER _COMMA _COLON
%declare _DOT _DOTDOT NAME TYPE COMPARE PLUS MINUS TIMES DIVIDE POWER NUMBER STRING AT TRUE FALSE
%declare NULL EMPTY
"""


class _Tokens(LarkLexer):
    """Hands our tokens to lark."""

    def __init__(self, lexer_conf: Any) -> None:
        pass

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:  # noqa: ARG002 - lark's signature
        return iter(lexer_state)


@cache
def _parser() -> Lark:
    """Built at the first text, not at import: most commands of the CLI read none."""
    return Lark(
        _GRAMMAR,
        parser="lalr",
        lexer=_Tokens,
        start=["expression", "unary_tests"],
        propagate_positions=True,
        maybe_placeholders=True,
    )


def parse(text: str, names: frozenset[str], types: Mapping[str, Type], start: str) -> Tree[Token]:
    """The tree of a text; `start` is "expression" or "unary_tests"."""
    if len(text) > MAX_SOURCE:
        raise FeelSyntaxError(f"the text has more than {MAX_SOURCE} characters")
    lexer = Lexer(text, names, types)
    tokens = lexer.tokens_of()
    if not tokens:
        raise FeelSyntaxError("the expression is empty")
    try:
        tree: Any = _parser().parse(tokens, start=start)
    except UnexpectedToken as error:
        raise _unexpected(error, lexer) from None
    except UnexpectedInput as error:
        raise FeelSyntaxError("the text is not FEEL") from error
    return tree if isinstance(tree, Tree) else Tree("group", [tree])


def _unexpected(error: UnexpectedToken, lexer: Lexer) -> FeelSyntaxError:
    if error.token.type == "$END":
        line, column = lexer.place(len(lexer.text.rstrip()))
        return FeelSyntaxError("the text ends too early", line=line, column=column)
    line, column = error.token.line or 1, error.token.column or 1
    return FeelSyntaxError(f"{error.token.value!r} is not expected here", line=line, column=column)
