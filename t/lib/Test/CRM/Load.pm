package Test::CRM::Load;

# Many clients at once, in a process of their own, and each answer judged,
# status and whole body:
#
#     my $load = Test::CRM::Load->new($t, pass => 16, flow => 32);
#     $load->phase('lost');       # from here on that is excused
#     my $seen = $load->phase;    # what has been seen since the last call
#     $load->stop;
#
# A kind of client is a class in Test::CRM::Load::User.  Each sends a request,
# waits for its answer, pauses, and sends the next one, on a connection that it
# keeps.  A kept connection that ends before a byte of an answer is no failure
# (RFC 9112 section 9.3.1: NGINX had closed it when the request was on its
# way): the request is sent again on a new one and counted as `again`.

use warnings;
use strict;

use Errno qw(EINTR);
use IO::Handle;
use JSON::PP ();
use Socket;
use Time::HiRes qw(time);

use Test::CRM::Load::User;
use Test::CRM::Process qw(spawn);
use Test::CRM::Redis;

use constant HUNG => 20;           # seconds: whoever waits longer, hangs
use constant STACK => 5;           # so many wrong answers are kept

my $json = JSON::PP->new->utf8->canonical;


sub new {
    my ($class, $t, %users) = @_;

    my $port = $t->port('PORT');

    socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC or die $!;
    pipe my $letters, my $post or die $!;

    my $self = bless { t => $t, port => $port, by_fd => [], bits => '',
        sleepers => [], excused => {}, control => $ours,
        address => pack_sockaddr_in($port, INADDR_LOOPBACK) }, $class;

    # where a second Redis takes over, it is there

    for my $name ('', 'other/') {
        $t->{pid}{"postman $name"} = spawn(sub {
            postman("$t->{dir}/${name}redis.sock", $post)
        }, out => "$t->{dir}/postman.out");
    }

    $t->{pid}{load} = spawn(sub { $self->serve($theirs, $letters, %users) },
        out => "$t->{dir}/load.out");

    $ours->autoflush(1);

    return $self;
}


# What has been seen since it was called last: per kind of request `offered`,
# `right`, `refused`, `wrong`, `longest` (seconds); `said` (some of the wrong
# ones), `again`, `last_refusal` (when), `hung`.

sub phase {
    my ($self, @excused) = @_;

    local $SIG{PIPE} = 'IGNORE';
    print { $self->{control} } join(' ', @excused), "\n";

    my $line = readline $self->{control};

    die 'the load has ended: '
        . Test::CRM::Process::slurp("$self->{t}{dir}/load.out")
        unless defined $line;

    return $json->decode($line);
}


sub stop {
    my ($self) = @_;

    my $t = $self->{t};

    Test::CRM::Process::stop(delete $t->{pid}{$_}, 'TERM')
        for grep { /^(?:load|postman)/ } keys %{$t->{pid}};
}


# The messages of the outbox, each as a line, as they come.

sub postman {
    my ($path, $post) = @_;

    my $last = '0';

    $post->autoflush(1);
    local $SIG{PIPE} = 'DEFAULT';

    for (;;) {
        my $redis = Test::CRM::Redis->new($path);

        eval {
            while ($redis) {
                my $streams = $redis->command('XREAD', 'COUNT', 500, 'BLOCK',
                    1000, 'STREAMS', 'crm:outbox', $last) or next;

                for my $entry (@{$streams->[0][1]}) {
                    my %message = @{$entry->[1]};

                    $last = $entry->[0];
                    print { $post } "$message{to} $message{code}\n"
                        if $message{code};
                }
            }
        };

        select undef, undef, undef, 0.01;
    }
}


# What follows runs in the load's process.

sub serve {
    my ($self, $control, $letters, %users) = @_;

    local $SIG{PIPE} = 'IGNORE';
    close $self->{control};
    $control->autoflush(1);
    $self->{seen} = { again => 0 };

    $self->watch($control, sub { $self->report($control) });
    $self->watch($letters, sub { $self->letters($letters) });

    for my $kind (sort keys %users) {
        for my $n (0 .. $users{$kind} - 1) {
            my $user = Test::CRM::Load::User->new($kind, $n, $users{$kind},
                $self->{t}, $self->{excused});

            push @{$self->{users}}, $user;
            $self->begin($user);
        }
    }

    for (;;) {
        my $ready = $self->{bits};
        my $n = select $ready, undef, undef, 0.005;

        $self->turn(unpack 'b*', $ready) if $n > 0;
        $self->wake;
    }
}


sub turn {
    my ($self, $ready) = @_;

    for (my $fd = index $ready, 1; $fd >= 0;
        $fd = index $ready, 1, $fd + 1)
    {
        my $what = $self->{by_fd}[$fd] or next;

        ref $what eq 'CODE' ? $what->() : $self->read($what);
    }
}


sub watch {
    my ($self, $socket, $what) = @_;

    my $fd = fileno $socket;

    $self->{by_fd}[$fd] = $what;
    vec($self->{bits}, $fd, 1) = 1;
}


sub unwatch {
    my ($self, $user) = @_;

    my $fd = fileno $user->{socket};

    undef $self->{by_fd}[$fd];
    vec($self->{bits}, $fd, 1) = 0;
    close delete $user->{socket};
}


# Who rests, until a moment, or until a letter comes.

sub wake {
    my ($self) = @_;

    my $now = time;
    my @sleepers = @{$self->{sleepers}};

    $self->{sleepers} = [];

    for my $user (@sleepers) {
        if ($now >= $user->{at} && $user->ready($now)) {
            $self->begin($user);
            next;
        }

        push @{$self->{sleepers}}, $user;
    }
}


sub begin {
    my ($self, $user) = @_;

    @$user{qw(name text)} = $user->request;
    $user->{since} = time;
    $self->{seen}{kinds}{$user->{name}}{offered}++;
    $self->send($user);
}


sub send {
    my ($self, $user) = @_;

    $user->{in} = '';

    for (1 .. 3) {
        $self->call($user) unless $user->{socket};

        my $n = syswrite $user->{socket}, $user->{text};

        return if defined $n && $n == length $user->{text};

        # ended while it was idle

        $self->{seen}{again}++;
        $self->unwatch($user);
    }

    $self->end($user, 'wrong', 'cannot be sent');
}


sub call {
    my ($self, $user) = @_;

    socket my $socket, PF_INET, SOCK_STREAM, 0 or die "socket: $!";
    connect $socket, $self->{address} or die "connect: $!";
    setsockopt $socket, Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1;

    $user->{socket} = $socket;
    $user->{kept} = 0;
    $self->watch($socket, $user);
}


sub read {
    my ($self, $user) = @_;

    my $in = \$user->{in};
    my $n = sysread $user->{socket}, $$in, 65536, length $$in;

    return if !defined $n && $!{EINTR};

    if (!$n) {
        $self->unwatch($user);

        # it rests, or NGINX closed the connection before it saw the request

        return if !defined $user->{name};

        if ($$in eq '' && $user->{kept}) {
            $self->{seen}{again}++;
            return $self->send($user);
        }

        return $self->end($user, 'wrong', 'cut: ' . substr $$in, 0, 200);
    }

    my $end = index $$in, "\r\n\r\n";

    return if $end < 0;

    my $head = substr $$in, 0, $end + 2;
    my ($status) = $head =~ m{\AHTTP/1.1 (\d+) };
    my ($length) = $head =~ /\r\ncontent-length: (\d+)\r\n/i;

    return $self->end($user, 'wrong', "no length: $head")
        unless defined $length;

    return if length $$in < $end + 4 + $length;

    my $said = "$status " . substr $$in, $end + 4, $length;

    if ($head =~ /\r\nconnection: close\r\n/i) {
        $self->unwatch($user);
    }

    $user->{kept} = 1;

    if (length $$in > $end + 4 + $length) {
        return $self->end($user, 'wrong', "too much: $$in");
    }

    $self->end($user, $user->judge($said), $said);
}


# An answer has come: right, refused or wrong.

sub end {
    my ($self, $user, $verdict, $said) = @_;

    my $now = time;
    my $seen = $self->{seen};
    my $kind = $seen->{kinds}{$user->{name}} //= {};
    my $took = $now - $user->{since};

    $kind->{$verdict}++;
    $kind->{longest} = $took if $took > ($kind->{longest} // 0);
    $seen->{last_refusal} = $now if $verdict eq 'refused';

    if ($verdict eq 'wrong') {
        push @{$seen->{said}}, "$user->{name}: $said"
            if @{$seen->{said} || []} < STACK;
        $user->restart;
    }

    delete $user->{name};
    $user->{at} = $now + $user->{pause};
    push @{$self->{sleepers}}, $user;
}


sub report {
    my ($self, $control) = @_;

    my $line = readline $control;

    exit 0 unless defined $line;

    my $seen = $self->{seen};
    my $long = time - HUNG;

    $seen->{hung} = grep { defined $_->{name} && $_->{since} < $long }
        @{$self->{users}};
    print { $control } $json->encode($seen), "\n";

    $self->{seen} = { again => 0 };
    %{$self->{excused}} = map { $_ => 1 } split ' ', $line;
}


sub letters {
    my ($self, $letters) = @_;

    sysread $letters, $self->{letters}, 65536, length($self->{letters} // '')
        or exit 0;

    Test::CRM::Load::User::letter($1, $2)
        while $self->{letters} =~ s/\A(\S+) (\S+)\n//;
}


1;
