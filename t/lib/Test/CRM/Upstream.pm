package Test::CRM::Upstream;

# The stand-in CRM: a server in one process that answers what its table says,
# 599 to anything else, and writes down each request before it answers.
#
# The table is a file, read anew when it changed, so that a test can change it
# while the server runs.  A key is "METHOD /target", the target with its query
# string, or "METHOD ~regexp"; a value is an answer, or a list of answers that
# are used up in turn.  An answer is JSON text, or a hash:
#
#     status, reason, type (undef: none), headers => [ name => value, ... ]
#     json => value, or body => bytes
#     fill => [ bytes, n, bytes ] after the body, the first of them n times
#     chunks => [ bytes, ... ]    each a chunk, and each a write of its own
#     length => n                 a Content-Length that is not the body's
#     raw => bytes                instead of all this, then close
#     close => 1                  close after the answer
#     reset => 1                  close without any answer
#     hang => 1                   never answer
#     gate => path                answer once this file exists

use warnings;
use strict;

use IO::Select;
use IO::Socket::INET;
use JSON::PP ();
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Time::HiRes ();

my $json = JSON::PP->new->latin1->canonical->allow_nonref;
my $utf8 = JSON::PP->new->utf8->canonical->allow_nonref;


# Serves for ever, or until the test has gone: table and log are paths.

sub serve {
    my ($class, $port, $table, $log) = @_;

    local $SIG{PIPE} = 'IGNORE';
    my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
        LocalPort => $port, Listen => 128, ReuseAddr => 1)
        or die "port $port: $!";

    open my $fh, '>>:raw', $log or die "$log: $!";
    $fh->autoflush(1);

    my $self = bless { table => $table, log => $fh, used => {},
        select => IO::Select->new($listen), parent => getppid, conn => {},
        held => [] }, $class;

    while (getppid == $self->{parent}) {
        my $wait = @{$self->{held}} ? 0.01 : 1;

        for my $socket ($self->{select}->can_read($wait)) {
            $socket == $listen ? $self->accept($listen)
                               : $self->read($socket);
        }

        $self->release;
    }
}


sub accept {
    my ($self, $listen) = @_;

    my $socket = $listen->accept or return;

    setsockopt $socket, IPPROTO_TCP, TCP_NODELAY, 1;
    $self->{select}->add($socket);
    $self->{conn}{$socket} = '';
}


sub read {
    my ($self, $socket) = @_;

    my $in = \$self->{conn}{$socket};

    if (!sysread $socket, $$in, 65536, length $$in) {
        return $self->end($socket);
    }

    while (my $request = parse($in)) {
        print { $self->{log} } $json->encode($request), "\n";
        $self->answer($socket, $request);
        return unless exists $self->{conn}{$socket};
    }
}


sub end {
    my ($self, $socket) = @_;

    $self->{select}->remove($socket);
    delete $self->{conn}{$socket};
    close $socket;
}


# Takes one whole request off the buffer.

sub parse {
    my ($in) = @_;

    return unless $$in =~ /\A(.*?)\r\n\r\n/s;

    my ($head, $at) = ($1, $+[0]);
    my ($line, @lines) = split /\r\n/, $head;
    my ($method, $path) = split / /, $line;
    my @headers = map { [ split /:[ \t]*/, $_, 2 ] } @lines;
    my %header = map { lc $_->[0] => $_->[1] } @headers;
    my $body;

    if (lc($header{'transfer-encoding'} // '') eq 'chunked') {
        $body = dechunk($in, \$at) // return;

    } else {
        my $n = $header{'content-length'} || 0;
        return if length $$in < $at + $n;
        $body = substr $$in, $at, $n;
        $at += $n;
    }

    substr $$in, 0, $at, '';

    return { method => $method, path => $path, headers => \@headers,
        header => \%header, body => $body, line => $line };
}


sub dechunk {
    my ($in, $at) = @_;

    my $body = '';

    for (;;) {
        pos($$in) = $$at;
        $$in =~ /\G([0-9a-fA-F]+)[^\n]*\r\n/gc or return;

        my $n = hex $1;
        my $from = pos $$in;

        return if length $$in < $from + $n + 2;

        $body .= substr $$in, $from, $n;
        $$at = $from + $n + 2;

        return $body if $n == 0;
    }
}


sub answer {
    my ($self, $socket, $request) = @_;

    my $answer = $self->find($request);

    return if $answer->{hang};

    if (defined $answer->{gate} && !-e $answer->{gate}) {
        push @{$self->{held}}, [ $socket, $request, $answer ];
        return;
    }

    $self->send($socket, $request, $answer);
}


sub release {
    my ($self) = @_;

    my @held = splice @{$self->{held}};

    for my $held (@held) {
        -e $held->[2]{gate} ? $self->send(@$held)
                            : push @{$self->{held}}, $held;
    }
}


sub find {
    my ($self, $request) = @_;

    my $table = $self->table;
    my ($key) = grep { exists $table->{$_} }
        "$request->{method} $request->{path}";

    ($key) = grep { /^\Q$request->{method}\E ~(.*)/s
            && $request->{path} =~ /$1/ } sort keys %$table
        unless defined $key;

    my $answer = defined $key ? $table->{$key} : undef;

    $answer = $answer->[$self->{used}{$key}++] if ref $answer eq 'ARRAY';
    $answer = { body => $answer } if defined $answer && !ref $answer;

    return $answer if $answer;

    print { $self->{log} } $json->encode({ unexpected =>
        "$request->{method} $request->{path}" }), "\n";

    return { status => 599, body => '{}' };
}


sub table {
    my ($self) = @_;

    my $version = join ' ', (Time::HiRes::stat $self->{table})[1, 9];

    if ($version ne ($self->{version} // '')) {
        $self->{version} = $version;
        $self->{used} = {};
        $self->{rows} =
            $json->decode(Test::CRM::Process::slurp($self->{table}));
    }

    return $self->{rows};
}


sub send {
    my ($self, $socket, $request, $answer) = @_;

    my $head = $request->{method} eq 'HEAD';
    my $close = $answer->{close} || exists $answer->{raw}
        || $request->{line} =~ m{HTTP/1\.0}
        || lc($request->{header}{connection} // '') eq 'close';

    if (!$answer->{reset}) {
        write_all($socket, $_) for exists $answer->{raw}
            ? $answer->{raw} : message($answer, $head, $close);
    }

    $self->end($socket) if $close || $answer->{reset};
}


# An answer as the texts to be written one by one.

sub message {
    my ($answer, $head, $close) = @_;

    my $status = $answer->{status} || 200;
    my $body = exists $answer->{json} ? $utf8->encode($answer->{json})
                                      : $answer->{body} // '';
    my ($fill, $times, $end) = @{$answer->{fill} || [ '', 0, '' ]};

    $body .= $fill x $times . $end;

    my @lines = "HTTP/1.1 $status " . ($answer->{reason} // 'Said');
    my $type = exists $answer->{type} ? $answer->{type} : 'application/json';
    my @headers = @{$answer->{headers} || []};
    my @chunks = @{$answer->{chunks} || []};

    push @lines, "Content-Type: $type" if defined $type;

    while (my ($name, $value) = splice @headers, 0, 2) {
        push @lines, "$name: $value";
    }

    if (@chunks) {
        push @lines, 'Transfer-Encoding: chunked';
        @chunks = map { sprintf "%x\r\n%s\r\n", length $_, $_ } @chunks, '';

    } elsif ($status !~ /^(204|304)$/) {
        push @lines, 'Content-Length: '
            . ($answer->{length} // length $body);
    }

    push @lines, 'Connection: close' if $close;

    my $text = join("\r\n", @lines) . "\r\n\r\n";

    return $text if $head;
    return ($text, @chunks) if @chunks;
    return $text . $body;
}


sub write_all {
    my ($socket, $bytes) = @_;

    while (length $bytes) {
        my $n = syswrite $socket, $bytes;
        return unless defined $n;
        substr $bytes, 0, $n, '';
    }
}


1;
