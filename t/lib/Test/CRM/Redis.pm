package Test::CRM::Redis;

# A client of Redis (RESP2), and the store as store.md of the README spells
# it: what the CRM side provisions, written as it would write it.

use warnings;
use strict;

use Carp qw(croak);
use IO::Socket::INET;
use IO::Socket::UNIX;


sub new {
    my ($class, $address) = @_;

    my $socket = $address =~ m{^/}
        ? IO::Socket::UNIX->new(Peer => $address)
        : IO::Socket::INET->new(PeerAddr => $address);

    return unless $socket;

    return bless { socket => $socket }, $class;
}


# One command.  A nil is undef, an array is a reference, an error dies.

sub command {
    my ($self, @argv) = @_;

    $self->send(@argv);

    my $reply = $self->reply;

    croak "@argv[0 .. ($#argv > 1 ? 1 : $#argv)]: $$reply"
        if ref $reply eq 'SCALAR';

    return $reply;
}


sub send {
    my ($self, @argv) = @_;

    my $out = '*' . @argv . "\r\n";

    for my $arg (@argv) {
        my $bytes = $arg;
        utf8::encode($bytes) if utf8::is_utf8($bytes);
        $out .= '$' . length($bytes) . "\r\n$bytes\r\n";
    }

    local $SIG{PIPE} = 'IGNORE';
    print { $self->{socket} } $out or croak "redis: $!";
    $self->{socket}->flush;
}


# The next reply; an error is a reference to its text.

sub reply {
    my ($self) = @_;

    local $/ = "\r\n";
    my $line = readline $self->{socket};
    croak 'redis: connection closed' unless defined $line;
    chomp $line;

    my $type = substr $line, 0, 1, '';

    return $line + 0 if $type eq ':';
    return $line if $type eq '+';
    return \$line if $type eq '-';
    return if $line < 0;
    return [ map { scalar $self->reply } 1 .. $line ] if $type eq '*';

    read $self->{socket}, my $bytes, $line + 2;
    chomp $bytes;

    return $bytes;
}


1;
