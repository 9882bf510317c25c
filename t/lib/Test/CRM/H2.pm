package Test::CRM::H2;

# A client of HTTP/2 on a bare socket (RFC 9113, prior knowledge), that can do
# what curl does not: cancel a stream, send half a body, leave.
#
#     my $h2 = Test::CRM::H2->new($t->port('PORT2'));
#     $h2->write(POST => '/path', headers => [ … ], json => { … }, half => 1);
#     $h2->reset;

use warnings;
use strict;

use parent qw(Test::CRM::HTTP);

use constant { DATA => 0, HEADERS => 1, RST_STREAM => 3, SETTINGS => 4 };
use constant { END_STREAM => 1, END_HEADERS => 4 };
use constant CANCEL => 8;


sub new {
    my ($class, $port) = @_;

    my $self = $class->SUPER::new($port);

    $self->{stream} = -1;
    $self->SUPER::write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
        . frame(SETTINGS, 0, 0, ''));

    return $self;
}


# The options are those of Test::CRM::HTTP's text, and half: of the body.

sub write {
    my ($self, $method, $target, %opt) = @_;

    my @headers = @{$opt{headers} || []};
    my $body = Test::CRM::HTTP::body(%opt) // '';
    my $fields = field(':method', $method) . field(':scheme', 'http')
        . field(':path', $target) . field(':authority', '127.0.0.1')
        . field('content-length', length $body);

    while (my ($name, $value) = splice @headers, 0, 2) {
        $fields .= field(lc $name, $value);
    }

    $body = substr $body, 0, length($body) / 2 if $opt{half};
    $self->{stream} += 2;

    return $self->SUPER::write(
        frame(HEADERS, END_HEADERS, $self->{stream}, $fields)
        . frame(DATA, $opt{half} ? 0 : END_STREAM, $self->{stream}, $body));
}


# Cancels a stream, the last one if none is named; the connection stays.

sub reset {
    my ($self, $stream) = @_;

    $self->SUPER::write(frame(RST_STREAM, 0, $stream // $self->{stream},
        pack 'N', CANCEL));
}


sub frame {
    my ($type, $flags, $stream, $payload) = @_;

    return substr(pack('N', length $payload), 1)
        . pack('CCN', $type, $flags, $stream) . $payload;
}


# A literal that is not indexed (RFC 7541 section 6.2.2), of any length.

sub field { "\0" . join '', map { integer(length) . $_ } @_ }


sub integer {
    my ($n) = @_;

    return chr $n if $n < 127;

    my $bytes = chr 127;

    for ($n -= 127; $n >= 128; $n >>= 7) {
        $bytes .= chr($n & 127 | 128);
    }

    return $bytes . chr $n;
}


1;
